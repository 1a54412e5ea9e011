#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# What ./demo shows: heddle's four jobs in turn, each step checked. Then everything stays for you to
# try, until Ctrl-C. Everything is started by this process, ends with it, and lies in one folder.
#
#   t/demo.pl [--exit] [FOLDER OF THE PROGRAM heddle]
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use File::Temp;

use Heddle;
use Heddle::Api;
use Heddle::Backend qw(backend);
use Heddle::Child qw(reap);
use Heddle::Client;
use Heddle::Demo qw(job step seen within web_get who_answers shares text_of);
use Heddle::Nginx qw(nginx nginx_missing);
use Heddle::Port qw(free_port);
use Heddle::StandIn;
use Heddle::Uwsgi qw(uwsgi_missing uwsgi_instance);

$| = 1;
my $exit = grep { $_ eq '--exit' } @ARGV;
@ARGV = grep { $_ ne '--exit' } @ARGV;
$ENV{BUILD} = shift @ARGV if @ARGV;
my $stop;
$SIG{$_} = sub { $stop = 1; die "stopped\n" } for qw(INT TERM HUP);

# From here on temporary files lie below this folder.
my $folder = File::Temp->newdir('heddle-demo-XXXXXX', TMPDIR => 1);
chmod 0755, $folder;
$ENV{TMPDIR} = "$folder";

my $port = free_port();
my $announce = '127.0.0.1:' . free_port();
my @ports = map { { site => free_port(), announce => free_port() } } 1 .. 2;	# of routers
my (%server, @heddles, @instances, $web);

sub in_path { my ($name) = @_; return (grep { -x "$_/$name" } split /:/, $ENV{PATH} // '')[0] }
my $real_uwsgi = in_path('uwsgi') && !uwsgi_missing('python3');
my $real_nginx = in_path('nginx') && !nginx_missing();

sub configuration {
	my ($weight_of_one) = @_;
	return <<"END";
workers: 2
services:
  hello:
    listen: 127.0.0.1:$port
    balance: round_robin
    check: {type: tcp, interval: 500ms, rise: 1, fall: 1}
    backends:
      one: {address: "${\$server{one}->address}", weight: $weight_of_one}
      two: {address: "${\$server{two}->address}"}
      three: {address: "${\$server{three}->address}"}
fanouts:
  announcements:
    listen: $announce
    targets: ["127.0.0.1:$ports[0]{announce}"]
    tolerance: 1h
END
}

# A router: instances that have announced themselves get the requests for their site.
sub router_configuration {
	my ($own) = @_;
	return <<"END";
workers: 2
subscriptions:
  apps: {listen: "127.0.0.1:$own->{announce}", tolerance: 1h}
services:
  sites:
    protocol: uwsgi
    listen: "127.0.0.1:$own->{site}"
    routes: [{subscriptions: apps}]
END
}

sub start_heddle {
	push @heddles, Heddle->start(@_);
	return $heddles[-1];
}

sub start_server { my ($name) = @_; $server{$name} = backend('http', name => $name) }
sub servers { return grep { $server{$_} } qw(one two three four) }

sub status_is {
	my ($name, $status) = @_;
	return within(10, sub { ($heddles[0]->backend('hello', $name) // {})->{status} eq $status });
}

# So many connections to the balancer, and whether each server has its share.
sub traffic {
	my ($expected, %share) = @_;
	my $answers = shares(300, "127.0.0.1:$port", 'localhost');
	my $right = !grep { ($answers->{$_} // 0) != $share{$_} } keys %share;
	seen('300 connections: ' . text_of($answers, servers()), $right, $expected);
}

sub balance {
	job('a load balancer');
	step('Three small web servers run: one, two and three. heddle gives each new connection to the '
		. 'next of them. The turns are exact, although two worker processes accept connections.');
	start_server($_) for qw(one two three);
	start_heddle(configuration(1));
	traffic('each server has 100', one => 100, two => 100, three => 100);

	step('Server two is killed. A client whose connection it refuses is given to the next server.');
	$server{two}->stop;
	my $answers = shares(300, "127.0.0.1:$port", 'localhost');
	seen('300 connections: ' . text_of($answers, servers()), !$answers->{nobody},
		'no connection fails');
	my ($down, $after) = status_is('two', 'down');
	seen("its check fails, two is marked down ($after later)", $down, 'two is down');

	step('Server two is started again.');
	$server{two}->start;
	(my $up, $after) = status_is('two', 'up');
	seen("its check passes, two is marked up ($after later)", $up, 'two is up');
	traffic('each server has 100 again', one => 100, two => 100, three => 100);
}

# A request to the API, shown as it is sent.
sub call {
	my ($method, $path, $body) = @_;
	my $api = Heddle::Api->new($heddles[0]->control);
	my $status = $api->call($method, $path, $body);
	print "    sent: $method /_v1/$path $body\n";
	seen("status $status", $status =~ /^20[01]$/, 'status 200 or 201, not ' . ($api->body // ''));
}

sub change {
	job('changes while it runs');
	step('A client is connected and stays. Meanwhile the API adds server four and triples the share '
		. 'of server one. The API answers when every worker process uses the change.');
	my $open = Heddle::Client->new($port) or die "connect: $!\n";
	$open->send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
	$open->line;
	my @workers = $heddles[0]->worker_pids;
	start_server('four');
	call('PUT', 'services/hello/backends/four?wait=20s', qq({"address": "${\$server{four}->address}"}));
	call('PATCH', 'services/hello/backends/one', '{"weight": 3}');
	traffic('one has 150, the others 50 each', one => 150, two => 50, three => 50, four => 50);

	step('Then server one gets twice the share in the configuration file, which is reloaded. What the '
		. 'API has added stays.');
	my ($code, $said) = $heddles[0]->reload(configuration(2));
	seen(join('; ', map { s/^\s+//r } split /\n/, $said), $code == 0, 'the reload is accepted');
	traffic('one has 120, the others 60 each', one => 120, two => 60, three => 60, four => 60);
	$open->send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
	my $answered = $open->rest =~ /hello from \w+\n\z/;
	my $same = "@workers" eq join ' ', $heddles[0]->worker_pids;
	seen('the client that was connected before is still served, by the same worker processes',
		$answered && $same, 'its connection and the processes survive');
}

sub start_instance {
	my ($key, $name) = @_;
	my $app = <<"END";
def application(environment, start_response):
    start_response('200 OK', [('Content-Type', 'text/plain')])
    return [b'hello from $name\\n']
END
	my $instance = $real_uwsgi ? uwsgi_instance($key, announce => $announce, every => 3600, app => $app)
		: Heddle::StandIn::instance($key, name => $name, announce => $announce);
	push @instances, { key => $key, name => $name, is => $instance };
}

sub nodes { return (($_[0]->stats // {})->{subscriptions}{apps} // {})->{nodes} // -1 }

# Whether these routers come to know so many instances; how many, and after which time, as text.
sub known {
	my ($count, @routers) = @_;
	my ($right, $after) = within(20, sub { !grep { nodes($_) != $count } @routers });
	return ($right, join(' and ', map { nodes($_) } @routers), $after);
}

sub fan_out {
	job('a fan-out that teaches a new router', 'Instances of uWSGI announce themselves: "I want the '
		. 'requests for shop.demo, at this address". They send that to one address, the fan-out, which '
		. 'sends each announcement to every router. (Here they do it once an hour; by default, every '
		. '10 seconds.)');
	step('Router 1 runs. ' . ($real_uwsgi ? 'Three uWSGI instances'
		: 'uWSGI is not installed: three small programs in the place of uWSGI instances')
		. ' start, and each announces itself once.');
	my $first = start_heddle(router_configuration($ports[0]));
	start_instance(@$_) for ['shop.demo', 'shop1'], ['shop.demo', 'shop2'], ['blog.demo', 'blog1'];
	my ($right, $count) = known(3, $first);
	seen("router 1 knows $count instances", $right, 'it knows 3');

	step('Router 2 starts and knows nobody. Its address is added to the fan-out. No instance announces '
		. 'itself now: the fan-out sends the new router what it remembers.');
	my $second = start_heddle(router_configuration($ports[1]));
	($right, $count) = known(0, $second);
	seen("router 2 knows $count instances", $right, 'it knows nobody');
	call('PATCH', 'fanouts/announcements',
		qq({"targets": ["127.0.0.1:$ports[0]{announce}", "127.0.0.1:$ports[1]{announce}"]}));
	($right, $count, my $after) = known(3, $second);
	seen("router 2 knows $count instances ($after later)", $right, 'it knows 3');
}

sub site_is {
	my ($host, @names) = @_;
	my $answers = shares(40, $web->address, $host);
	my $right = keys %$answers == @names && !grep { !$answers->{$_} } @names;
	seen("40 requests for $host: " . text_of($answers, @names), $right, "all are answered by @names");
}

sub sites {
	my (undef, @routers) = @heddles;
	job('web sites whose instances come and go');
	step(($real_nginx ? 'nginx is the web server in front of both routers.'
		: 'nginx is not installed: a small program is the web server in front of both routers.')
		. ' The two instances of shop.demo have the requests for it.');
	my @addresses = map { "127.0.0.1:$_->{site}" } @ports;
	$web = $real_nginx ? nginx(\@addresses) : Heddle::StandIn::web_server(\@addresses);
	site_is('shop.demo', 'shop1', 'shop2');

	step('Nobody has announced the site news.demo. Then an instance for it starts.');
	my ($status) = web_get($web->address, 'news.demo');
	seen("before: status $status", $status == 404, 'status 404');
	start_instance('news.demo', 'news1');
	my ($right, $count, $after) = known(4, @routers);
	seen("both routers know it $after after its start", $right, 'both know 4 instances');
	site_is('news.demo', 'news1');

	step('One instance of shop.demo stops and takes its announcement back. The other one has all '
		. 'requests, until the first one is there again.');
	$instances[0]{is}->stop;
	($right, $count) = known(3, @routers);
	seen("the routers know $count instances", $right, 'both know 3');
	site_is('shop.demo', 'shop2');
	$instances[0]{is}->start;
	($right, $count) = known(4, @routers);
	seen("the routers know $count instances", $right, 'both know 4');
	site_is('shop.demo', 'shop1', 'shop2');
}

# What runs where, and commands to try: the test of the demonstration reads both.
sub overview {
	my ($heddle, @routers) = @heddles;
	my $row = sub { printf "  %-32s pid %-8s %s\n", @_ };
	print "\nThis runs now:\n";
	$row->('heddle: balancer and fan-out', $heddle->pid, "127.0.0.1:$port; $announce, UDP");
	$row->("server $_", $server{$_}{pid}, $server{$_}->address) for servers();
	$row->("heddle: router @{[$_ + 1]}", $routers[$_]->pid,
		"127.0.0.1:$ports[$_]{site}; 127.0.0.1:$ports[$_]{announce}, UDP") for 0 .. 1;
	$row->("$_->{name}, an instance of $_->{key}", $_->{is}->pid, $_->{is}->address) for @instances;
	$row->('web server of the sites', $web->pid, $web->address);
	print "All files are in $folder\n";
	my ($dir, $router) = ($heddle->dir, $routers[0]->dir);
	print <<"END";

Try

  curl http://127.0.0.1:$port/
  kill $server{three}{pid}	(server three; then the line above again)
  curl --unix-socket $dir/heddle.sock http://localhost/_v1/stats
  curl --unix-socket $dir/heddle.sock -X PATCH -d '{"state": "drain"}' http://localhost/_v1/services/hello/backends/one
  curl -H 'Host: shop.demo' http://${\$web->address}/
  curl --unix-socket $dir/heddle.sock http://localhost/_v1/fanouts/announcements/known
  curl --unix-socket $router/heddle.sock http://localhost/_v1/subscribed/apps
  $ENV{BUILD}/heddle -c $dir/heddle.yaml -s reload	(after a change of that file)
  tail -f $dir/error.log $dir/access.log
END
}

# Until Ctrl-C, or until a heddle ends.
sub stay {
	print "\nEverything goes on until Ctrl-C, which ends it and removes its files.\n";
	until ($stop) {
		defined reap($_->pid) and die "the heddle in ${\$_->dir} has ended\n" for @heddles;
		sleep 1;
	}
}

# Whether everything ended as it should.
sub end_all {
	my $well = 1;
	$web->stop if $web;
	$_->{is}->stop for @instances;
	for my $heddle (@heddles) {
		my $status = $heddle->stop;
		next if defined $status && $status == 0;
		print STDERR "demo: the heddle in ${\$heddle->dir} did not end with status 0\n",
			$heddle->output, $heddle->reports;
		$well = 0;
	}
	$_->stop for values %server;
	return $well;
}

print "heddle at work: each step says what is done and what was seen, and is checked.\n";
eval {
	balance();
	change();
	fan_out();
	sites();
	print "\nAll four jobs were done.\n";
	overview();
	stay() if !$exit;
};
my $why = $stop ? '' : $@;
$SIG{$_} = 'IGNORE' for qw(INT TERM HUP);
print "\nstopping\n" if $stop;
if ($why) {
	print STDERR "\ndemo: $why";
	for my $heddle (@heddles) {
		my @lines = split /^/, $heddle->log;
		print STDERR "the last lines of ${\$heddle->dir}/error.log:\n", @lines > 12 ? @lines[-12 .. -1] : @lines;
	}
}
exit(end_all() && !$why ? 0 : 1);
