# SPDX-License-Identifier: BSD-2-Clause
# What systemd is told: ready, reloading and ready again, stopping.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

use IO::Socket::UNIX;
use Socket qw(SOCK_DGRAM);

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $folder = File::Temp->newdir;
	chmod 0755, $folder;
	my $told = IO::Socket::UNIX->new(Local => "$folder/notify", Type => SOCK_DGRAM);
	my $hear = sub {
		my ($pattern) = @_;
		my $all = '';
		vec(my $bits = '', fileno $told, 1) = 1;
		while ($all !~ $pattern && select my $r = $bits, undef, undef, 20) {
			$told->recv(my $data, 4096);
			$all .= "$data\n";
		}
		like($all, $pattern, 'told');
	};
	my $yaml = sub { "services:\n  web: {listen: \"127.0.0.1:$port\", idle_timeout: $_[0], "
		. "backends: [${\addresses($one)}]}\n" };
	my $h = heddle($yaml->('60s'), env => { NOTIFY_SOCKET => "$folder/notify" });
	$hear->(qr/^READY=1$/m);
	$h->configure($yaml->('61s'));
	$h->signal('HUP');
	$hear->(qr/^RELOADING=1\nMONOTONIC_USEC=\d+$(?s:.*)^READY=1$/m);
	Heddle::write_file($h->{file}, 'nonsense');
	$h->signal('HUP');
	$hear->(qr/^RELOADING=1$(?s:.*)^READY=1$/m);
	is(who($port), 'one', 'it serves');
	$h->signal('QUIT');
	$hear->(qr/^STOPPING=1$/m);
	is($h->ended, 0, 'stopped');
	$h->finish(stopped => 1);
});
