# SPDX-License-Identifier: BSD-2-Clause
# Somebody removes the path of a unix socket: a reload of the same file binds it again.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $folder = File::Temp->newdir;
	chmod 0755, $folder;
	my ($path, $kept) = ("$folder/s.sock", "$folder/kept.sock");
	my $yaml = "services:\n  web: {listen: [\"$kept\", {address: \"$path\", mode: 0600}], "
		. "backends: [${\addresses($one)}]}\n";
	my $h = heddle($yaml);
	my ($held) = one_each($path, 1);
	unlink $path;
	my ($code, $out) = $h->reload;
	is($code, 0, 'a reload');
	like($out, qr/^services\.web\.listen: .*\Q$path\E/m, '... names the path');
	unlike($out, qr/kept/, '... and no other');
	is(many($path, 4), 'one one one one', 'it is there again');
	is((stat $path)[2] & 07777, 0600, '... with its mode');
	ok($h->wait_log(qr/\Q$path\E: .*closed/), 'the socket without a path is closed');
	unlike($h->log, qr/no longer listening/, '... and nobody reads that the address is gone');
	ok(-S $path, 'the path stays');
	is($held->ask('x'), 'one x', 'who was there goes on');
	like(($h->reload)[1], qr/nothing changed/, 'then nothing is left to do');

	unlink $path;
	Heddle::write_file($path, 'precious');
	($code, $out) = $h->reload;
	is($code, 1, 'something else has the path: refused');
	like($out, qr/heddle\.yaml:2:\d+: .*\Q$path\E: the path exists and is not a socket/,
		'... and named');
	is(Heddle::read_file($path), 'precious', '... and left as it is');
	$held->close;
	$h->finish;
	ok(!-e $kept, 'its own path is removed');
	ok(-e $path, 'the other is not');
});
