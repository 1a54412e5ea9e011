# SPDX-License-Identifier: BSD-2-Clause
# A name without an answer is replaced while datagrams wait for it: by an address, by a name that has
# addresses, by one that is answered later. What waited goes to what is there in its place, and to
# nobody who was there before.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Datagrams qw(sink sinks sender);
use Heddle::Dns qw(dns);

on_each_event(sub {
	my ($literal, $named, $late) = my @sinks = sinks(3);
	my $always = sink();
	my ($port, $to) = (free_port, $literal->port);
	my $dns = dns('good.test' => ['1 A 127.0.1.2'], 'late.test' => ['1 A 127.0.1.3']);
	$dns->mode('servfail');
	my $h = heddle("resolver: {servers: [\"${\$dns->address}\"]}\nfanouts: {f: {protocol: raw, listen: "
		. "\"127.0.0.1:$port\", targets: [\"bad.test:$to\", \"${\$always->address}\"]}}\n");
	my $api = Heddle::Api->new($h->control);
	my $f = sub { return ($h->stats // {})->{fanouts}{f} // {} };
	my $sender = sender($port);
	my $patch = sub {
		my ($target) = @_;
		return $api->patch('fanouts/f', { targets => [$target, $always->address] });
	};
	my $wait = sub { my ($n) = @_; return $h->wait_for(sub { ($f->()->{waiting} // 0) == $n }, 5, "waiting $n") };

	$sender->numbered(100);
	ok($wait->(100), 'they wait for a name');
	is($patch->($literal->address), 200, 'an address in its place');
	is($literal->wait_count(100), 100, '... is sent them');
	is($literal->disorder(0), '', '... in order');
	is($f->()->{waiting}, 0, 'none waits any more') if $wait->(0);

	is($patch->("bad.test:$to"), 200, 'the name again');
	$sender->numbered(100);
	ok($wait->(100), 'they wait for it');
	is($patch->("late.test:$to"), 200, 'another one without an answer');
	$sender->numbered(100);
	ok($wait->(200), '... for which they wait, and more');
	$dns->mode('truth');
	is($late->wait_count(200), 200, '... and which is sent all');
	is($late->disorder(100), '', '... in order');

	$dns->mode(servfail => 'bad.test');
	is($patch->("bad.test:$to"), 200, 'the first one again');
	$sender->numbered(100);
	ok($wait->(100), 'they wait for it');
	is($patch->("good.test:$to"), 200, 'one that has an address');
	is($named->wait_count(100), 100, '... is sent them');
	is($always->wait_count(400), 400, 'who was there all the time got each');
	is($always->disorder(0), '', '... once, in order');
	is($literal->count, 100, 'and the others nothing more');
	$h->finish;
});
