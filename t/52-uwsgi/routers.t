# SPDX-License-Identifier: BSD-2-Clause
# Two routers behind one nginx, two uWSGI instances and a dead node behind each: one router is
# reloaded, stopped, and killed with -9. No request fails. POSTs, which nginx sends to a second
# router only if the first one has not got them, go on over all that ends in good order.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Nginx qw(nginx nginx_missing);
use Heddle::Uwsgi qw(uwsgi_missing uwsgi_app);

my $missing = nginx_missing() || uwsgi_missing('python3');
plan(skip_all => $missing) if $missing;

# The whole answer is one header: an answer that has begun is an answer.
my $text = <<'PYTHON';
import os
def application(environment, start_response):
    size = len(environment['wsgi.input'].read())
    start_response('200 OK', [('Content-Length', '0'), ('X-Node', '%s-%d' % (os.getppid(), size))])
    return []
PYTHON
my $answer = qr/\AHTTP\/1\.1 200 .*?\r\nX-Node: (\S+)\r\n(?:.*?\r\n)??\r\n/s;
my @apps = map { uwsgi_app($text, options => ['--processes', 2, '--listen', 128,
	'--disable-logging']) } 1 .. 2;
my $dead = backend('refusing');

sub traffic {
	my ($web, $method, $body) = @_;
	my $head = "$method / HTTP/1.0\r\nHost: app.test\r\n";
	$head .= 'Content-Length: ' . length($body) . "\r\n" if length $body;
	return load($web->address =~ s/.*://r, connections => 6, patience => 15, until_eof => 1,
		ask => "$head\r\n$body", answer => $answer);
}

sub total { my ($h) = @_; return ($h->service('sites') // {})->{sessions_total} // 0 }

# nginx takes a router that has failed for dead for a second.
sub in_use {
	my ($h) = @_;
	my $at = total($h);
	return $h->wait_for(sub { total($h) > $at + 30 }, 10, 'nginx to use the router');
}

sub fine {
	my ($web, $load, $what, @nodes) = @_;
	my $result = $load->stop;
	cmp_ok($result->{ok}, '>', 100, "$what: $result->{ok} requests");
	is(Heddle::Load::failed($result), 0, '  none fails')
		or diag(explain({ map { $_ => $result->{$_} } qw(refused reset eof timeout other
			unexpected) }), grep { /\[error\]/ } split /^/, $web->log);
	is(join(' ', sort keys %{ $result->{names} }), join(' ', sort @nodes), '  both nodes answer');
}

sub graceful {
	my ($h, $yaml) = @_;
	for my $turn (1 .. 4) {
		my ($code, $out) = $h->reload($yaml =~ s/connect_tries: 3/connect_tries: @{[3 + $turn]}/r);
		is($code, 0, "reload $turn") or diag($out);
		ok(in_use($h), '  the router is in use');
	}
	$h->quit;
	is($h->ended, 0, 'QUIT');
	$h->run;
	ok($h->wait_ready && in_use($h), '  the router is in use again');
}

sub rough {
	my ($h) = @_;
	$h->signal('TERM');
	is($h->ended, 0, 'TERM');
	$h->run;
	ok($h->wait_ready && in_use($h), '  the router is in use again');
	for my $turn (1 .. 2) {
		$h->kill_worker(($h->worker_pids)[0]);
		ok(in_use($h), "a worker is killed, turn $turn: the router is in use again");
		$h->wait_for(sub { $h->worker_pids == 2 }, 5, 'a successor');
	}
	$h->stop('KILL');
	ok(!$h->health, 'the master is killed');
	$h->run;
	ok($h->wait_ready && in_use($h), '  the router is in use again');
}

on_each_event(sub {
	my @ports = (free_port, free_port);
	my @nodes = map { $_->address } @apps;
	my @yaml = map { <<"YAML" } @ports;
services:
  sites:
    protocol: uwsgi
    listen: "127.0.0.1:$_"
    connect_tries: 3
    backends: ["$nodes[0]", "${\$dead->address}", "$nodes[1]"]
YAML
	my ($one, $two) = map { heddle($_) } @yaml;
	my $web = nginx([map { "127.0.0.1:$_ fail_timeout=1s" } @ports]);
	my $gets = traffic($web, 'GET', '');
	my $posts = traffic($web, 'POST', 'body');
	ok(in_use($one), 'one router is in use');
	ok(in_use($two), 'the other one, too');
	graceful($one, $yaml[0]);
	fine($web, $posts, 'POST', map { $_->pid . '-4' } @apps);
	rough($one);
	fine($web, $gets, 'GET', map { $_->pid . '-0' } @apps);
	$web->stop;
	$two->finish;
	$one->finish(alerts => 1);
});
