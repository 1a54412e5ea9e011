# SPDX-License-Identifier: BSD-2-Clause
# The cookbook's hosting: nginx, two routers, one fan-out, and instances that have announced themselves
# once. A router is killed and started again, an instance is stopped, another one killed: each router
# knows the right nodes, and no GET fails.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Example qw(example_missing);
use Heddle::Nginx qw(nginx);
use Heddle::Subscribed qw(subscribed);
use Heddle::Uwsgi qw(uwsgi_instance);

plan(skip_all => example_missing()) if example_missing();

# The whole answer is a header: an answer that has begun is complete.
sub app {
	my ($name) = @_;
	return <<"END";
def application(environment, start_response):
    start_response('200 OK', [('Content-Length', '0'), ('X-Node', '$name')])
    return []
END
}
my $answer = qr/\AHTTP\/1\.1 200 .*?\r\nX-Node: (\S+)\r\n(?:.*?\r\n)??\r\n/s;

sub traffic {
	my ($web, $host) = @_;
	return load($web->address =~ s/.*://r, connections => 4, patience => 20, until_eof => 1,
		ask => "GET / HTTP/1.0\r\nHost: $host\r\n\r\n", answer => $answer);
}

sub fine {
	my ($load, $what, @nodes) = @_;
	my $result = $load->stop;
	cmp_ok($result->{ok}, '>', 50, "$what: $result->{ok} requests");
	is(Heddle::Load::failed($result), 0, '... none fails') or diag(explain($result));
	is(join(' ', sort keys %{ $result->{names} }), "@nodes", '... and these answer');
}

sub total { my ($s) = @_; return ($s->heddle->service('sites') // {})->{sessions_total} // 0 }

# Serves requests now, and so many more.
sub in_use {
	my ($s) = @_;
	my $at = total($s);
	return $s->heddle->wait_for(sub { total($s) > $at + 30 }, 20, 'requests at a router');
}

on_each_event(sub {
	# A router that has just started knows nobody: with this nginx asks the other one.
	my @routers = map { subscribed(service => 'error_response: off', server => 'tolerance: 1h') } 1 .. 2;
	my ($one, $two) = @routers;
	my $announce = '127.0.0.1:' . free_port;
	my $targets = join ', ', map { '"' . $_->server . '"' } @routers;
	my $fanout = heddle("fanouts:\n  f: {listen: \"$announce\", targets: [$targets], tolerance: 1h}\n");
	my %instance = map { my ($name, $key) = @$_; ($name => uwsgi_instance($key, announce => $announce,
		every => 3600, app => app($name), options => ['--processes', 2, '--disable-logging'])) }
		['shop1', 'shop.test'], ['shop2', 'shop.test'], ['shop3', 'shop.test'], ['blog', 'blog.test'];
	ok($_->wait_nodes(4), 'a router knows four nodes') for @routers;
	my $web = nginx([map { '127.0.0.1:' . $_->port . ' max_fails=0' } @routers]);

	my ($shop, $blog) = map { traffic($web, "$_.test") } qw(shop blog);
	ok(in_use($_), 'a router is in use') for @routers;
	$one->heddle->stop('KILL');
	ok(in_use($two), 'a router is killed, the other one is in use');
	# A datagram to the dead router is refused: so the fan-out notices.
	$instance{late} = uwsgi_instance('late.test', announce => $announce, every => 3600, app => app('late'));
	my $refused = sub { $fanout->stats->{fanouts}{f}{targets}{$one->server}{dropped}{refused} };
	ok(until_true($refused, 10), 'the fan-out notices');
	$one->heddle->run;
	ok($one->heddle->wait_ready, 'the router is started again');
	# The next datagram is not: so the fan-out knows that it is back.
	$instance{later} = uwsgi_instance('later.test', announce => $announce, every => 3600, app => app('later'));
	ok($one->wait_nodes(6), '... and knows all, though the others do not announce themselves');
	ok(in_use($one), '... and is in use');
	fine($blog, 'a router is killed, one site', 'blog');
	fine($shop, '... another site', qw(shop1 shop2 shop3));

	$shop = traffic($web, 'shop.test');
	ok(in_use($_), 'a router is in use') for @routers;
	$instance{shop1}->stop;
	ok($_->wait_nodes(5), 'an instance is stopped: a router forgets it') for @routers;
	$instance{shop2}->kill;
	ok(in_use($_), 'another one is killed: a router is in use') for @routers;
	fine($shop, 'instances end', qw(shop1 shop2 shop3));
	$web->stop;
	$_->finish(alerts => 1) for $fanout, map { $_->heddle } @routers;
});
