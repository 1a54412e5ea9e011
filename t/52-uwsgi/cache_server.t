# SPDX-License-Identifier: BSD-2-Clause
# The remote cache protocol at a service with cache_server: captured requests have uWSGI's answers;
# what is no request costs nobody else anything; who may not write does not.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Uwsgi qw(uwsgi_packet);

my $captures = "$FindBin::Bin/../captures/cache";
sub capture { return Heddle::read_file("$captures/cache111-$_[0].bin") }

# The answer, all of it, to what is sent in these pieces.
sub answer {
	my ($port, @pieces) = @_;
	my $client = client($port);
	for (@pieces) {
		$client->send($_);
		select undef, undef, undef, 0.002 if @pieces > 1;
	}
	my $answer = $client->rest(10);
	is($client->ended(0), 'closed', 'closed') if ($client->error // '') eq 'time limit';
	return $answer;
}

sub request { my ($verb, @pairs) = @_; return uwsgi_packet(cmd => $verb, @pairs) =~ s/^.(..)./\x6f$1\x11/sr }
sub set { my ($key, $value, %more) = @_; return request('set', key => $key, size => length $value, %more, cache => 'mc') . $value }

on_each_event(sub {
	my $node = backend('uwsgi', name => 'node');
	my ($port, $open, $closed, $nobody) = (free_port, free_port, free_port, free_port);
	my $h = heddle(<<"END", workers => 2);
services:
  c: {protocol: uwsgi, listen: "127.0.0.1:$port", cache_server: mc, routes: [{cache: mc}]}
  open: {protocol: uwsgi, listen: "127.0.0.1:$open", cache_server: {cache: mc, write: [127.0.0.0/8]}, routes: [{cache: mc}]}
  closed: {protocol: uwsgi, listen: "127.0.0.1:$closed", cache_server: {cache: mc, write: [10.0.0.0/8]}, routes: [{cache: mc}]}
  nobody: {protocol: uwsgi, listen: "127.0.0.1:$nobody", cache_server: {cache: mc, write: []}, routes: [{cache: mc}]}
caches:
  mc: {}
  other: {}
END
	for (qw(set set-dup exists exists-missing set-expires update get get-missing set-defaultcache badcache del del-missing clear)) {
		my ($wanted, $got) = (capture("$_-response"), answer($port, capture("$_-request")));
		s/(expires\x0a\0)\d{10}/${1}TIME/ for $wanted, $got;
		is($got, $wanted, "captured: $_");
	}
	is(answer($port, capture('get-request')), '', 'clear has removed all');
	is(answer($port, split //, capture('set-request')), capture('set-response'), 'byte by byte');
	is(answer($port, capture('get-request')) =~ s/.*\K(?=hello)/|/sr, "\x6f\x15\0\x11\6\0status\2\0ok\4\0size\1\0005|hello", 'an item that has no end');

	my $item = set('site.test', $node->address);
	is(answer($open, substr($item, 0, 30), substr $item, 30), capture('set-response'), 'in two pieces, of a network that may write');
	my $client = client($port);
	$client->send(uwsgi_packet(REQUEST_METHOD => 'GET', HTTP_HOST => 'site.test'));
	like($client->rest(10), qr/^node 0\/0 /, '... a request of that key goes there');
	$client->close;
	is(answer($closed, set('x.test', '127.0.0.1:1')), '', 'a network that may not write');
	is(answer($nobody, set('x.test', '127.0.0.1:1')), '', 'an empty list of networks: nobody, not even this machine');
	is(answer($closed, request(exists => key => 'site.test', cache => 'mc')), capture('exists-response'), '... may read');
	$h->wait_log(qr/cache server: a request for x\.test of cache "mc" is refused: write of cache_server/);
	is(answer($port, request(get => key => 'site.test', cache => 'other')), '', 'a cache that is not served here');

	is(answer($port, set('long.test', 'x' x 14_900)), capture('set-response'), 'a long value');
	is(length answer($port, request(get => key => 'long.test', cache => 'mc')), 14_900 + 29, '... comes back');
	is(answer($port, $_->[1]), '', $_->[0]) for ['15,001 bytes', set('longer.test', 'x' x 15_001)], ['size 0', set('a', '')],
		['2^40 bytes', request(set => key => 'a', size => 2**40, cache => 'mc')], ['no key', request(get => cache => 'mc')],
		['another command', request('format', key => 'a', cache => 'mc')], ['no command', request('', key => 'a')],
		['not a number', request(set => key => 'a', size => 'x', cache => 'mc') . 'x'],
		['fault 29: command 0, which gives away bytes of the memory', "\x6f\4\0\0site"],
		['... command 5', "\x6f\4\0\5site"], ['garbage', "\x6f\x08\0\x11" . "\xff" x 8];

	# Some send half of a request and stay; others are served. A value that ends early is not set.
	my @half = map { client($port) } 1 .. 50;
	$_->send(substr set('half.test', 'x' x 100), 0, 120) for @half;
	is(answer($port, set("many$_.test", $node->address)), capture('set-response'), '... others are served') for 1 .. 3;
	is(scalar(grep { $_->is_open } @half), 50, '... while they wait');
	$_->close for @half;
	is(answer($port, request(exists => key => 'half.test', cache => 'mc')), '', '... a part of a value is none');

	my @all = map { client($port) } 1 .. 100;
	$all[$_]->send(set("par$_.test", $node->address)) for 0 .. $#all;
	is(scalar(grep { $_->rest(10) eq capture('set-response') } @all), 100, '100 at once');
	is($h->stats->{caches}{other}{items}, 0, 'the other cache has none');
	$h->finish;
});
