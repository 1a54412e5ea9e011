# SPDX-License-Identifier: BSD-2-Clause
# Mapping files: what a line means, bad ones, which are told with their numbers and spoil nothing,
# another file with each reload, and one that cannot be read.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Cached qw(cached);
use POSIX ();

my ($one, $two) = map { backend('uwsgi', name => $_) } qw(one two);
my ($first, $second) = map { $_->address } $one, $two;
my $long = 'x' x 70_000;
my $c = cached(workers => 2, cache => <<"YAML", map => <<"MAP" . "last.test $first");
nodes: ["$second,9"]
entries: {entry.test: "$second"}
YAML
# key[,modifier1] [address...]
plain.test $first
  modifier.test,5\t$first  $second,7\r
\r
nodes.test
nodes.modifier.test,4
bad.address.test nonsense
bad.modifier.test,256 $first
$long $first
bad.key\0.test $first
bad.nul.test $first\0
,5 $first
entry.test $first
twice.test $first
twice.test $second
MAP
my ($h, $api) = ($c->heddle, $c->api);
my $reread = sub { my ($text) = @_; $c->map($text); is($c->reread, 200, 'a reload') or diag($api->body) };
is($c->ask('plain.test'), 'one 0/0', 'a line');
is(join('; ', sort map { $c->ask('modifier.test') } 1 .. 2), 'one 5/0; two 7/0', 'modifiers, of the line and of the address');
is($c->ask('nodes.test'), 'two 9/0', 'a line without an address has those of nodes');
is($c->ask('nodes.modifier.test'), 'two 9/0', '... whose modifier is their own');
is($c->ask('last.test'), 'one 0/0', 'no newline at the end');
is($c->ask('entry.test'), 'two 0/0', 'an entry goes first');
is($c->ask('twice.test'), 'two 0/0', 'the last line with a key is used');
my $map = $c->map_path;
for ([7 => 'nonsense'], [8 => '256'], [9 => 'longer than 65536 bytes'], [10 => 'control characters'], [11 => 'NUL'], [12 => 'no key']) {
	my ($line, $why) = @$_;
	ok($h->wait_log(qr/\Q$map\E:$line: [^\n]*\Q$why\E/), "line $line is told: $why");
}
unlike($h->log, qr/\Q$map\E:(?:[1-6]|13|14|16): /, '... and no other');
ok($h->wait_log(qr/\Q$map\E:15: twice\.test was there already/), 'a key that is there twice is told');
my $counts;
ok(until_true(sub { ($counts = join ' ', map { $_ // '-' } @{ $c->count }{qw(lines bad_lines reading)}) eq '16 6 0' }), 'counted') or diag($counts);
is($c->ask($_), '', "$_ is not there") for 'bad.address.test', 'bad.modifier.test', 'bad.nul.test';

my ($status, $told) = $h->command('-t');
is(join(' ', map { /^\Q$map\E:(\d+):1: warning: .*: the line is not used$/ ? $1 : () } split /\n/, $told), '7 8 9 10 11 12',
	'-t has the same lines') or diag($told);
$reread->(join '', map { "a.test nonsense$_\n" } 1 .. 25);
($status, $told) = $h->command('-t');
like($told, qr/:10:1: warning: .*\n.*:25:1: warning: 15 more lines are not used\n/, '... ten at most');
$reread->("a.test $first\n" x 25);
ok($h->wait_log(qr/\Q$map\E:11: a\.test was there already.*\n.*: 14 more lines have a key that was there already/),
	'keys that are there twice are told ten times at most');
unlike($h->log, qr/\Q$map\E:12: a\.test was/, '... and no more');

# Another file.
$reread->("plain.test $second\nnew.test $first\nmodifier.test $first\n");
ok($c->becomes('plain.test', 'two 0/0'), 'a line that has changed');
ok($c->becomes('new.test', 'one 0/0'), '... that is new');
ok($c->becomes('last.test', ''), '... that is gone');
ok(until_true(sub { ($c->count->{items} // 0) == 4 }), 'no other items') or diag(explain($c->count));
is($c->reread, 200, 'a reload without a change');
is($c->count->{items}, 4, '... changes nothing');
$reread->("\xef\xbb\xbfplain.test $first\r\nnew.test $first\r\n");
ok($c->becomes('new.test', 'one 0/0'), 'CR LF');
ok($c->becomes('plain.test', 'one 0/0'), '... and a byte order mark of an editor');
$reread->('');
ok($c->becomes('new.test', ''), 'an empty file');
$reread->("plain.test $first\n");
ok($c->becomes('plain.test', 'one 0/0'), 'a file with a line');

# One that is none: what is there stays.
my %ways = (removed => sub { unlink $map }, 'a folder' => sub { unlink $map; mkdir $map or die $! },
	'a fifo' => sub { rmdir $map; POSIX::mkfifo($map, 0644) or die $! });
for my $way ('removed', 'a folder', 'a fifo') {
	$ways{$way}->();
	my $told = () = $h->log =~ /\Q$map\E/g;
	my $status = $c->reread;
	is($c->ask('plain.test'), 'one 0/0', "$way ($status): its items stay");
	ok($status == 200 ? $h->log_count(qr/\Q$map\E/, $told + 1) > $told : $api->body =~ /\Q$map\E/, '... and that is told') or diag($api->body);
}
unlink $map;
$c->map("plain.test $second\n");
is($c->reread, 200, 'a file again');
ok($c->becomes('plain.test', 'two 0/0'), '... is read');
$h->finish(alerts => 1);
done_testing();
