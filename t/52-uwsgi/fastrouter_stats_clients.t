# SPDX-License-Identifier: BSD-2-Clause
# Clients of fastrouter_stats that say nothing, take nothing, or are many: the figures of 30,000 keys
# (13 MB) come whole to who reads, and neither requests nor announcements nor the API wait.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Child qw(until_true);
use Heddle::Subscribed qw(subscribed);
use Heddle::Subscription qw(announcement);
use JSON::PP ();

my $dir = File::Temp->newdir('heddle-stats-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
my ($plain, $http) = map { '127.0.0.1:' . free_port } 1 .. 2;
my $node = backend('script', name => 'node', on => qr/HTTP_HOST/, text => "answer\n");

sub text_of {
	my ($client) = @_;
	return $client->rest(60);
}

my $s = subscribed(workers => 2, server => 'tolerance: 10m',
	service => qq(fastrouter_stats: ["$plain", {address: "$http", http: on}, {address: "$dir/s", minified: on}]));
my $h = $s->heddle;
# Keys that need escapes: quotes, a backslash, bytes that are not UTF-8 and some that are.
my @odd = map { "odd$_" } '"', '\\', "\n", "\x00", "\xff\xfe", "\xe4", "\xe2\x82\xac", "\xed\xa0\x80", "\x7f", '</script>';
$s->send(announcement($_, $node->address)) for @odd;
ok($s->wait_nodes(scalar @odd), 'odd keys');
my $all = JSON::PP->new->utf8->decode(text_of(client($plain)));
is_deeply([sort map { $_->{key} } @{ $all->{subscriptions} }], [sort map {
	my $key = $_;
	utf8::decode($key) && $key !~ /[\x{d800}-\x{dfff}]/ ? $key : $_ } @odd], 'each is what it was');

my $many = 30_000;
for (my $known = 0; $known < $many; $known += 1000) {
	my @some = map { announcement("site-$_.example.com", $node->address) } $known + 1 .. $known + 1000;
	# what the kernel has no room for is announced again, as instances do it
	until_true(sub { $s->send(@some); until_true(sub { ($s->count->{nodes} // 0) >= $known + 1000 + @odd }, 2) }, 60);
}
ok($s->wait_nodes($many + @odd, 60), "$many keys");

# Who connects and takes nothing, who asks nothing, who asks with one byte and goes.
my @silent = map { client($plain) } 1 .. 40;
push @silent, map { client($http) } 1 .. 40;
$_->send('G') for @silent[60 .. 79];
client($http)->close for 1 .. 20;
is($s->ask('site-1.example.com'), 'answer', 'a request is served');
$s->send(announcement('late.example.com', $node->address));
ok(until_true(sub { $s->ask('late.example.com') eq 'answer' }, 10), 'somebody subscribes');
ok($h->stats->{services}, 'the API answers');
my @readers = (client($plain), client("$dir/s"));
my ($big, $small) = map { text_of($_) } @readers;
cmp_ok(length $big, '>', 13_000_000, 'all of it');
my ($left, $right) = map { JSON::PP->new->utf8->decode($_) } $big, $small;
is(scalar @{ $_->{subscriptions} }, $many + @odd + 1, 'each key') for $left, $right;
my %seen;
$seen{ $_->{key} }++ for @{ $left->{subscriptions} };
is_deeply([grep { $_ != 1 } values %seen], [], '... once');

# HTTP: the same, and a client whose request is longer than what is read of it.
my $asker = client($http);
$asker->send("GET /stats HTTP/1.0\r\nX: " . 'x' x 100_000 . "\r\n\r\n");
my $answer = text_of($asker);
is(length $answer =~ s/\A.*?\r\n\r\n//sr, length $big, 'a long request of HTTP');

# More clients than places: who takes nothing gives way to who reads.
push @silent, map { client($plain) } 1 .. 260;
my $reader = client($plain);
is(length text_of($reader), length $big, 'one among many that take nothing');
is($s->ask('site-2.example.com'), 'answer', 'a request is served');
# The silent ones at the address of HTTP are closed after 4 seconds.
is($silent[40]->ended(20), 'closed', 'one that asks nothing is closed');
undef @silent;
$h->finish;
done_testing();
