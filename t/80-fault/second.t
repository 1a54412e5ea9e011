# SPDX-License-Identifier: BSD-2-Clause
# A second heddle is told why not: the pid file is held, the address is in use.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $yaml = "services:\n"
		. "  web: {listen: \"127.0.0.1:$port\", backends: [${\addresses($one)}]}\n";
	my $h = heddle($yaml);
	my ($code, $out) = $h->command;
	is($code, 1, 'the same configuration again');
	like($out, qr/heddle\.pid.*\b${\$h->pid}\b/, '... the pid file and its owner are named');
	my $other = heddle($yaml, fails => 1);
	is($other->ended >> 8, 1, 'another pid file, the same address');
	my $place = qr/heddle\.yaml:2:\d+: error: services\.web\.listen/;
	like($other->output, qr/$place: bind 127\.0\.0\.1:$port: address in use/,
		'... the line and the address are named');
	is(who($port), 'one', 'the first is not disturbed');
	is(($other->command('-s', 'reload'))[0], 7, '-s: not running');
	is(($h->command('-s', 'stop'))[0], 0, '-s stop');
	is($h->ended, 0, '... stops it');
	$h->finish(stopped => 1);
});
