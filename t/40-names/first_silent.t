# SPDX-License-Identifier: BSD-2-Clause
# The first backend is a name, and its server is silent from the start: clients go to the second
# one at once, not when the resolver has given up after its 4 s. A name that is answered in time is
# first, from the first client on.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Dns qw(dns);
use Time::HiRes qw(time);

on_each_event(sub {
	my ($app, $one) = backends(qw(app one));
	my $dns = dns('app.test' => ['1 A 127.0.0.1']);
	my ($port, $later) = (free_port, free_port);
	my $yaml = sub {
		my ($more) = @_;
		return "resolver: {servers: [\"${\$dns->address}\"]}\nservices:\n" . join '', map {
			"  s$_: {listen: \"127.0.0.1:$_\", balance: first, backends: [{name: app, address: "
			. "\"app.test:${\$app->port}\"}, \"${\$one->address}\"]}\n" } $port, @$more;
	};
	$dns->mode('silent');
	my $h = heddle($yaml->([]), workers => 2);
	my $begin = time;
	is(many($port, 4), 'one one one one', 'a server that is silent from the start');
	cmp_ok(time - $begin, '<', 3, '... costs clients no time');
	is($h->backend("s$port", 'app')->{status}, 'unresolved', '... the name is unresolved');
	is(($h->reload($yaml->([$later])))[0], 0, 'another service with the name, by a reload');
	is(who($later), 'one', '... is no other');
	$dns->mode('truth');
	ok($h->wait_for(sub { who($port) eq 'app' }, 10, 'app'), 'it is used when it is resolved');
	$h->finish;
	$h = heddle($yaml->([]), workers => 2);
	$h->wait_for(sub { (($h->stats // {})->{resolver}{names}{'app.test'} // {})->{addresses}[0] }, 10, 'an answer');
	is(who($port), 'app', 'answered at the start: the first client goes there');
	$h->finish;
});
