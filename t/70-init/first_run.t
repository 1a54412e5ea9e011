#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# Whoever has installed nothing fails at a pid file of whose existence he did not know: the message
# says what to write, and with that heddle starts.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Configure;

my $one = backend('named', name => 'one');
my $port = free_port;
my $services = qq(services: {web: {listen: "127.0.0.1:$port", backends: [${\addresses($one)}]}}\n);
my $file = Heddle::Configure->new('plain.txt' => "a file\n");
END { kill 'KILL', $1 if $file && Heddle::read_file("$file->{dir}/heddle.pid") =~ /^(\d+)$/m }
for my $path ("$file->{dir}/none/there/heddle.pid", "$file->{dir}/plain.txt/heddle.pid", '/proc/heddle.pid') {
	$file->write('heddle.yaml', "pid_file: $path\nlog: stderr\n$services");
	my ($status, $out, $err) = $file->run();
	is($status >> 8, 1, "$path: fails");
	like($err, qr{error: pid_file: open \Q$path\E: [\w ]+; "pid_file: \./heddle\.pid"},
		'... and says what to write');
	like($err, qr/"pid_file: off"/, '... or else');
	my ($remedy) = $err =~ /"(pid_file: \S+pid)"/ or next;
	$file->write('heddle.yaml', "$remedy\nlog: stderr\n$services");
	is(($file->run('-D'))[0], 0, 'with that it starts');
	is(who($port), 'one', '... and serves');
	is(($file->run('-s', 'stop'))[0], 0, '... and can be told to stop');
}
done_testing();
