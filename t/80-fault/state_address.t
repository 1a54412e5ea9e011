# SPDX-License-Identifier: BSD-2-Clause
# An address that cannot be bound at a start with a state file: one that the API had added is tried
# again, one of the configuration file ends the start.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::State;
use Heddle::Test;
use IO::Socket::INET;

on_each_event(sub {
	my $state = Heddle::State->new;
	my $one = backend('named', name => 'one');
	my ($port, $taken) = (free_port, free_port);
	my $yaml = sub { my ($weight) = @_; return <<"YAML" };
state: ${\$state->path}
services:
  web: {listen: "127.0.0.1:$port", backends: {one: {address: "${\$one->address}", weight: $weight}}}
YAML
	my $h = heddle($yaml->(1));
	ok(until_true(sub { $state->read->{format} }, 10), 'there is a state file');
	is($h->stop, 0, 'it stops');
	$state->edit(sub { $_[0]{api} = { listen => ["127.0.0.1:$taken"],
		backends => { one => { address => $one->address } } } });
	my $holder = IO::Socket::INET->new(LocalAddr => "127.0.0.1:$taken", Listen => 1) or die;
	$h->run;
	ok($h->wait_ready, 'it starts');
	is(who($port), 'one', 'what the file says is served');
	ok($h->wait_log(qr/error .*bind 127\.0\.0\.1:$taken: .*tries again every 5 s/), 'told');
	my $api = $h->service('api');
	is_deeply([$api->{listen}, $api->{not_listening}], [[], ["127.0.0.1:$taken"]],
		'shown as not listening');
	is(($h->reload($yaml->(2)))[0], 0, 'a reload is no trouble');
	is_deeply($h->service('api')->{not_listening}, ["127.0.0.1:$taken"], '... and changes nothing');
	close $holder;
	ok($h->wait_for(sub { @{ $h->service('api')->{listen} } == 1 }, 20, 'the address'),
		'bound once it is free');
	ok($h->wait_log(qr/127\.0\.0\.1:$taken: bound at last/), '... which is logged');
	is(who($taken), 'one', 'and served');
	is_deeply($h->service('api')->{not_listening}, [], 'nothing is missing');
	is($h->stop, 0, 'it stops');

	my $other = IO::Socket::INET->new(LocalAddr => "127.0.0.1:$port", Listen => 1) or die;
	$h->run;
	is(reap($h->pid, 10) >> 8, 1, 'an address of the file ends the start');
	like($h->output, qr/bind 127\.0\.0\.1:$port: address/i, '... with the reason');
	close $other;
	end_child($h->pid);

	# The file has come to want an address that the API has given to somebody else.
	$h->configure($yaml->(1) . qq(  new: {listen: "127.0.0.1:$taken", backends: []}\n));
	my ($status, $said) = $h->command('-t');
	is($status, 1, 'file and state want the same address: -t refuses');
	like($said, qr/127\.0\.0\.1:$taken/, '... and names it');
	$h->run;
	is(reap($h->pid, 10) >> 8, 1, 'so does a start');
	like($h->output, qr/the configuration file and \S+ together cannot be; .*move/, '... with a remedy');
	end_child($h->pid);
	$h->configure($yaml->(1));
	$h->run;
	ok($h->wait_ready, 'it starts');
	is(who($taken), 'one', 'nothing was lost by all that');
	$h->finish;
});
