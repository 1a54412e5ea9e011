# SPDX-License-Identifier: BSD-2-Clause
# Unix sockets: a stale path is replaced, one in use or of another kind is not; mode, owner.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

use IO::Socket::UNIX;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $folder = File::Temp->newdir;
	chmod 0755, $folder;
	my $path = "$folder/s.sock";
	my $yaml = sub { "services:\n  web: {listen: [{address: \"unix:$path\"$_[0]}], "
		. "backends: [${\addresses($one)}]}\n" };
	IO::Socket::UNIX->new(Local => $path, Listen => 1)->close;
	ok(-S $path, 'a stale socket');
	my $owner = $> ? '' : ', mode: 0600, user: daemon';
	my $h = heddle($yaml->($owner));
	is(who($path), 'one', '... is replaced');
	is((stat $path)[4], scalar getpwnam('daemon'), 'its owner') if $owner;
	my $other = heddle($yaml->(''), fails => 1);
	is($other->ended >> 8, 1, 'one in use is left alone');
	like($other->output, qr/heddle\.yaml:2:\d+: error: .*\Q$path\E: address in use/, '... named');
	like($other->output, qr/in use \(pid \d+, heddle\)/, '... with its holder')
		if $^O eq 'linux';
	is(who($path), 'one', '... and serves');
	$h->finish;
	Heddle::write_file($path, 'precious');
	$other = heddle($yaml->(''), fails => 1);
	is($other->ended >> 8, 1, 'a file is no socket');
	like($other->output, qr/\Q$path\E/, '... by name');
	is(Heddle::read_file($path), 'precious', '... and is left as it was');
});
