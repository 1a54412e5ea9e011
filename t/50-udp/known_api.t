# SPDX-License-Identifier: BSD-2-Clause
# What a fan-out knows, in the API: all of it or one key, however much that is, without holding up
# anybody; and a replay that is asked for.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use JSON::PP ();
use Heddle::Datagrams qw(sink sender);
use Heddle::Subscription qw(announcement withdrawal);

use constant MANY => 20_000;

my $port = free_port;
my ($one, $two) = (sink(), sink());
my $targets = join ', ', map { '"' . $_->address . '"' } $one, $two;
my $h = heddle("fanouts: {f: {listen: \"127.0.0.1:$port\", targets: [$targets], replay_rate: 50000,"
	. " tolerance: 10m}}\n");
my $api = Heddle::Api->new($h->control);
my $udp = sender($port);
my $list = sub {
	my ($query) = @_;
	my $answer = $api->object('fanouts/f/known' . ($query // ''));
	return $answer ? @{ $answer->{known} } : ();
};
my $known = sub {
	my ($count) = @_;
	return $h->wait_for(sub { ($h->stats // {})->{fanouts}{f}{known} == $count }, 20, "known $count");
};

is($api->get('fanouts/f/known'), 200, 'nothing is known');
is_deeply($api->document, { known => [] }, '... which is an empty list');
is($api->get('fanouts/g/known'), 404, 'a fan-out that is not there');
is($api->get('fanouts/f/known?keys=a'), 400, 'a parameter that is misspelled');
is($api->call('POST', 'fanouts/f/known'), 405, 'it cannot be written');

$udp->send(announcement('a', '10.0.0.1:1', weight => 3, modifier1 => 5, algo => 'lrc', backup => 1));
$udp->send(announcement("b\xff\"", '10.0.0.1:1', sign => 'x' x 40));
ok($known->(2), 'two instances');
my ($a) = $list->('?key=a');
my $age = delete $a->{age_seconds};
cmp_ok($age, '<', 60, 'the age of one');
is_deeply($a, { key => 'a', address => '10.0.0.1:1', modifier1 => 5, modifier2 => 0, cores => 0,
	load => 0, weight => 3, backup => 1, algo => 'lrc', signed => JSON::PP::false() },
	'... and what it has announced');
is(scalar $list->('?key=c'), 0, 'a key that nobody has');
my ($b) = $list->('?key=b%FF%22');
ok($b->{signed}, 'a key of any bytes, and a signature');
$_->forget for $one, $two;

is($api->call('POST', 'fanouts/f/replay'), 202, 'a replay');
is($api->document->{known}, 2, '... of what is known');
is($_->wait_count(2), 2, '... to each target') for $one, $two;
is($api->call('POST', 'fanouts/g/replay'), 404, 'of a fan-out that is not there');

$_->forget for $one, $two;
is($api->call('POST', 'fanouts/f/replay', { target => $two->address }), 202, 'a replay to one target');
is($api->document->{known}, 2, '... of what is known');
is($two->wait_count(2), 2, '... is sent to it');
is($api->call('POST', 'fanouts/f/replay?target=' . $two->address), 202, '... also by a parameter');
is($two->wait_count(4), 4, '... which is sent again');
is($one->count, 0, '... and not to the other');
# what comes together is done together: at most to more targets than were meant
my @statuses = $api->together(map { ['POST', 'fanouts/f/replay', { target => $_->address }] } ($one, $two) x 5);
is("@statuses", join(' ', (202) x 10), 'ten at the same time');
is($_->wait_count(2) >= 2, 1, '... each target is sent them') for $one, $two;
for (['{"target": "127.0.0.1:1"}', 404], ['{"target": "nobody.test:80"}', 404], ['{"target": 1}', 400],
	['{"target": ""}', 400], ['{"targets": "x"}', 400], ['{', 400], ['[]', 400],
	['{"target": "' . 'x' x 5000 . '"}', 400]) {
	is($api->call('POST', 'fanouts/f/replay', $_->[0]), $_->[1], substr($_->[0], 0, 30) . ": $_->[1]");
}
is($api->call('POST', 'fanouts/f/replay?target=127.0.0.1:1'), 404, 'a target that is none');
is($api->call('POST', 'fanouts/f/replay?target='), 400, 'none');
is($api->call('POST', 'fanouts/f/replay?to=x'), 400, 'a parameter that is misspelled');

$udp->send(withdrawal('a', '10.0.0.1:1'));
$udp->send(withdrawal("b\xff\"", '10.0.0.1:1'));
for my $n (1 .. MANY) {
	$udp->send(announcement('many', "10.1.$n:80"));
	next if $n % 500;
	last if !$h->wait_for(sub { $two->count >= $n }, 20, "$n passed on");
}
ok($known->(MANY), 'many instances');
my @all = $list->();
is(scalar @all, MANY, 'are listed');
my %once = map { $_->{address} => 1 } @all;
is(scalar keys %once, MANY, '... each once');

# a client that reads nothing of the long answer
my $slow = client($h->control);
$slow->send("GET /_v1/fanouts/f/known HTTP/1.1\r\nHost: localhost\r\n\r\n");
is($api->get('stats'), 200, 'who does not read keeps nobody else waiting') for 1 .. 20;
$slow->close;
$h->finish;
done_testing;
