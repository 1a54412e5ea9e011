# SPDX-License-Identifier: BSD-2-Clause
# A reload that changes an access log loses no line: what workers still hold for the old file,
# and what sessions of a removed service leave at their end, gets there.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

sub lines { my ($path) = @_; return scalar(() = Heddle::read_file($path) =~ /\n/g) }

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my ($port, $other) = (free_port, free_port);
	my $yaml = sub { my ($log, $more) = @_; return <<"YAML" };
services:
  web:
    listen: 127.0.0.1:$port
    access_log: {to: ./$log.log}
    backends: ["${\$one->address}"]
$more
YAML
	my $gone = <<"YAML";
  gone:
    listen: 127.0.0.1:$other
    access_log: {to: ./gone.log}
    backends: ["${\$one->address}"]
YAML
	my $h = heddle($yaml->('a', $gone), workers => 2);
	my $dir = $h->dir;
	my $held = client($other);
	is($held->ask('hello'), 'one hello', 'a session of a service that goes');
	my $load = load($port, connections => 4);
	for my $log (qw(b a b a b a b a)) {
		$load->wait_for(50);
		my ($code, $said) = $h->reload($yaml->($log, ''));
		$code == 0 or fail("reload: $said");
	}
	$load->wait_for(50);
	my $result = $load->stop;
	is(Heddle::Load::failed($result), 0, 'nobody was refused');
	$held->close;
	ok($h->wait_for(sub { lines("$dir/gone.log") == 1 }, 10, 'its line'),
		'the last session of the removed service is in its log');
	my ($want, $have) = ($result->{ok}, 0);
	$h->wait_for(sub { ($have = lines("$dir/a.log") + lines("$dir/b.log")) >= $want }, 10,
		'the lines');
	is($have, $want, "a line for each session ($want)");
	unlike($h->log, qr/lines (?:are|were) lost/, 'none is lost');
	my $fd_count = sub { my $pid = $h->control_pid or return -1;
		return scalar grep { (readlink($_) // '') =~ m{/(?:b|gone)\.log$} }
			glob "/proc/$pid/fd/*" };
	$^O ne 'linux' or ok($h->wait_for(sub { $fd_count->() == 0 }, 10, 'closed files'),
		'... and the files are closed once nobody needs them');
	$h->finish;
});
