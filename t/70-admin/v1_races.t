# SPDX-License-Identifier: BSD-2-Clause
# Clients of /_v1 at the same time: with If-Match no change is lost, one of many creates, and an
# address goes from one service to another without a client of a third one noticing.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Api;
use Heddle::Test;

time_limit(300);
my ($one, $two) = backends('one', 'two');
my ($port, $a, $b, $loop) = map { free_port } 1 .. 4;
my $h = heddle(<<"YAML", workers => 3);
services:
  web: {listen: "127.0.0.1:$port", backends: {one: "${\$one->address}"}}
  a: {listen: "127.0.0.1:$a", backends: {one: "${\$one->address}"}}
  b: {listen: "127.0.0.1:$b", backends: {two: "${\$two->address}"}}
YAML
my $api = Heddle::Api->new($h->control);
my $load = load($port, connections => 2);

my ($clients, $turns) = (6, 8);
my @pids = map { spawn(sub {
	my ($mine, $done, $most) = (Heddle::Api->new($h->control), 0, 2000);
	while ($done < $turns && $most--) {
		my $backend = $mine->object('services/web/backends/one') or die;
		my $status = $mine->patch('services/web/backends/one',
			{ weight => ($backend->{weight} // 1) + 1 }, 'If-Match' => $mine->etag);
		$done++ if $status == 200;
		die $status if $status != 200 && $status != 412;
	}
	POSIX::_exit($done == $turns ? 0 : 1);
}) } 1 .. $clients;
is(scalar(grep { (reap($_, 60) // 1) != 0 } @pids), 0, 'each client increments so many times');
is($api->object('services/web/backends/one')->{weight}, 1 + $clients * $turns,
	'... none of its increments is lost');

my $service = { listen => "127.0.0.1:$loop", backends => { x => $two->address } };
my @statuses = sort +$api->together(map { ['PUT', 'services/new', $service, 'If-None-Match', '*'] } 1 .. 8);
is("@statuses", '201 412 412 412 412 412 412 412', 'one of many creates');
is($api->remove('services/new'), 200, '... and it is removed');

my @wrong;
for my $turn (1 .. 60) {
	my $name = $turn % 2 ? 'one' : 'two';
	my $put = $api->put('services/new', { listen => "127.0.0.1:$loop",
		backends => { x => ($turn % 2 ? $one : $two)->address } });
	my $who = who($loop);
	my $removed = $api->remove('services/new');
	push @wrong, "$turn: $put $who $removed" if "$put $who $removed" ne "201 $name 200";
}
is("@wrong", '', 'the same service comes and goes on the same address');

@wrong = ();
for my $turn (1 .. 30) {
	my ($for_a, $for_b) = $turn % 2 ? ($b, $a) : ($a, $b);
	my $status = $api->patch('config', { services => { a => { listen => ["127.0.0.1:$for_a"] },
		b => { listen => ["127.0.0.1:$for_b"] } } });
	my $who = who($for_a) . ' ' . who($for_b);
	push @wrong, "$turn: $status $who" if "$status $who" ne '200 one two';
}
is("@wrong", '', 'two services change their addresses in one call');

# An address that another program has.
my $taken = (split /:/, $two->address)[1];
@statuses = $api->together(map { $_ % 2
	? ['PUT', "services/t$_", { listen => "127.0.0.1:$taken", backends => { x => $one->address } }]
	: ['PUT', "services/web/backends/t$_", { address => $one->address }] } 1 .. 8);
is("@statuses", join(' ', (409, 201) x 4), 'a taken address refuses its own change alone');
my $result = $load->stop;
is(Heddle::Load::failed($result), 0, "none of $result->{ok} clients of another service noticed");
$h->finish;
done_testing;
