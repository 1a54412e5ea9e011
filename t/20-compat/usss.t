# SPDX-License-Identifier: BSD-2-Clause
# heddle usss, and heddle through a link called usss: every datagram as it came, its log lines, and
# how it ends.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Datagrams qw(sink sender datagram);
use Heddle::OldProgram;

my $stamp = qr{\d{4}/\d\d/\d\d \d\d:\d\d:\d\d};
my $link = File::Temp->newdir;
symlink Heddle::binary(), "$link/usss" or die "symlink: $!";

for my $called ('heddle usss', 'usss') {
	my ($port, $sink) = (free_port, sink());
	my @flags = ('-bindaddr=127.0.0.1', "-inport=$port", '-dnsname=127.0.0.1', '-outport=' . $sink->port);
	local $ENV{HEDDLE} = $called eq 'usss' ? "$link/usss" : Heddle::binary();
	my $usss = old_program($called eq 'usss' ? () : 'usss', @flags);
	ok($usss->wait_log(qr/^$stamp starting resolution goroutine for 127\.0\.0\.1 with ttl 60$/m),
		"$called starts");
	my $sender = sender("127.0.0.1:$port");
	ok(until_true(sub { $sender->send('first') && $sink->count }, 10), 'it is there');
	$sender->send('last');
	ok(defined $sink->wait_for(sub { $_[0] eq 'last' }), '  and sends on');
	$sink->forget;
	for my $size (0, 1, 100, 1499, 1500, 1501, 65507) {
		my $bytes = datagram(7, $size);
		$sender->send($bytes);
		is($sink->wait_count(1), 1, "$size bytes arrive");
		ok(($sink->got)[0] eq $bytes, '  as they were');
		$sink->forget;
	}
	my $from = '127.0.0.1:' . $sender->own_port;
	ok($usss->wait_log(qr/^$stamp got packet from: \Q$from\E$/m), 'a line says who sends');
	$usss->signal('HUP');
	ok($usss->wait_log(qr/^$stamp SIGHUP received/m), 'HUP is told');
	$sender->send('x');
	is($sink->wait_count(1), 1, '  and changes nothing');
	$usss->signal($called eq 'usss' ? 'INT' : 'TERM');
	is($usss->ended, 0, 'a signal ends it with 0');
	unlike($usss->output, qr/\(pid \d+\)/, 'nothing of processes in its log') or diag($usss->output);
}

# An address that is taken, one that is not here.
my $taken = sink();
for my $address ($taken->address, '192.0.2.1:2626') {
	my ($host, $port) = split /:/, $address;
	my ($status, $output) = old_command('usss', "-bindaddr=$host", "-inport=$port");
	is($status, 1, "$address: exit 1");
	like($output, qr/^$stamp Cannot listen on \Q$address\E: \S/m, 'with the address and why');
}
done_testing();
