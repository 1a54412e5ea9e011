#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# Every directive that the API may set, in every form that it has: what is PUT is what GET gives,
# what can be PUT again, what a patch of something else leaves, what the state file brings back,
# what the same words in the configuration file mean, and what null removes.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::State;
use JSON::PP;

time_limit(400);
my ($yes, $no) = (JSON::PP::true, JSON::PP::false);
my @times = ('1500ms', '90s', '1h', '1m30s');
sub check { my (%more) = @_; return [{ type => 'http', %more }] }
my %cases = (	# directive => forms
	protocol => ['tcp', 'uwsgi'],
	when_empty => [qw(close wait reset)],
	balance => [qw(round_robin least_connections first random RR LC)],
	passive => ['on', 'off', $yes, $no, {}, { failures => 3, retry => '2s', initial => 'check' }],
	check => ['tcp', 'http', 'off', $yes, $no, {}, { interval => '2s', timeout => '500ms', rise => 4, fall => 5,
		initial => 'down' }, { type => 'tcp' }],
	'check.method' => check(method => 'HEAD'), 'check.path' => check(path => '/a?b=c&d=%20'),
	'check.host' => check(host => 'a.example:80'),
	'check.headers' => [map { @{ check(headers => $_) } } {}, { 'X-A' => 'true', 'X-B' => 'null', 'x-c' => '' },
		{ A => "\x{85}\x{2028} # '\"\\", B => '007' }],
	'check.status' => [map { @{ check(status => $_) } } 200, '204', '200-299,304', ['200-299', 304]],
	'check.body' => check(body => ' a: {b} '), 'check.body_regex' => check(body_regex => '^[a"\'\\\\]+$'),
	'check.send' => [map { { type => 'expect', send => $_ } } "PING\r\n", 'PING\\r\\n', '\\x00\\xff', 'true', '~', '- a',
		"a\x{feff}\x{1f600}", '@a', '#a', '$$ ${HOME'],
	'check.expect' => [map { { type => 'expect', expect => $_ } } '1e3', '0', "\t"],
	'check.expect_regex' => [map { { type => 'expect', expect_regex => $_ } } '^OK\\d+$', "a\nb"],
	(map { $_ => [@times] } qw(connect_timeout greeting_timeout client_timeout server_timeout idle_timeout
		connect_total_timeout drain_timeout)),
	connect_tries => [0, 3, 4294967295],
	keepalive => ['off', $yes, $no, {}, { idle => '5s', interval => '7s', count => 9 }],
	nodelay => [$yes, $no], backlog => [1, 65535], max_connections => [0, 17],
	shuttle => ['{}', '{"virtual_hosts":["a"],"maintenance_mode":true}'],
	backends => [{}, ['10.0.0.1:80', '[::1]:80'], { a => '10.0.0.1:80' }, [{ name => 'a', address => '10.0.0.1:80' }],
		['unix:/run/x.sock', '@abs'], { 'a:b@c-d_e.f' => { address => '10.0.0.1:80', weight => 0, max_connections => 3,
		state => 'drain', drain_timeout => '30s', shuttle => '{"network":"tcp"}' } },
		map { { a => { address => '10.0.0.1:80', %$_ } } } { check => 'off' }, { check => $yes }, { check => { port => 81 } },
		{ check => { address => '10.0.0.9:81' } }, { state => 'maintenance', weight => 65535 }, { drain_timeout => 0 }],
);
# Those that the protocol brings along.
my %of_uwsgi = (
	key => [{}, { lowercase => $yes, strip_port => $no, strip_dot => $yes }, { variable => 'X_KEY' },
		{ force => 'a "b" $c', mountpoints => 2 }],
	modifiers => [qw(node keep)], error_response => [qw(no_route all off)],
	log_vars => [[], ['REQUEST_URI'], ['A', 'B_C']], fd_passing => [$yes, $no],
	cache_server => [{ cache => 'hosts' }],
	post_buffering => ['off', '8k', { memory => '16k', dir => '/var/tmp', max_memory => '1m', max_disk => '1g' }],
	routes => [[{ base => '/run/a' }], [{ pattern => '/run/%s/$x%%.sock' }, { pattern => '127.0.0.1:%s' }],
		[{ match => { regex => '^(a|b)$', address => '/run/$1\\2', ignore_case => $yes } }, { nodes => 'nodes' }],
		[{ name => 'first', nodes => 'x' }, { name => 'second', base => '/b', for => 'failed' }],
		[{ cache => 'hosts' }, { subscriptions => 'apps' }, { name => 'spare', subscriptions => 'apps', for => 'failed' }]],
);
@cases{ keys %of_uwsgi } = values %of_uwsgi;
my $json = JSON::PP->new->canonical->utf8->allow_nonref;
my $state = Heddle::State->new;
my $apps = "subscriptions: {apps: {listen: '\@heddle-$$'}}\ncaches: {hosts: {}}\n";
my $h = heddle("state: $state->{path}\n${apps}services: {}\n", workers => 1);
my $api = Heddle::Api->new($h->control);

# No directive is left out: -T has all of them.
my $file = Heddle->prepare("services: {a: {listen: ':1', check: http, backends: ['10.0.0.1:80']}, "
	. "b: {listen: ':2', check: {type: expect, send: x}, backends: ['10.0.0.1:80']}, "
	. "c: {protocol: uwsgi, listen: ':3', backends: ['10.0.0.1:80'], routes: [{nodes: nodes}]}}\n");
my $printed = ($file->command('-T'))[1] =~ s/\A.*?^services:\n//msr;
my @blocks = $printed =~ /^    check:.*\n((?:      .*\n)+)/mg;
my @own = grep { !/^(?:type|interval|timeout|rise|fall|initial)$/ } map { /^      (\w+):/mg } @blocks;
is(scalar(grep { /^      (?:path|send):/m } @blocks), 2, 'two types of check are printed');
is(join(' ', grep { !$cases{$_} && !/^(?:listen|access_log)$/ } ($printed =~ /^    (\w+):/mg), map { "check.$_" } @own),
	'', 'every directive of a service has a case');

my (%case, %wrong);
sub plain { my ($o) = @_; my $copy = $json->decode($json->encode($o)); delete @$_{'status'} for $copy,
	values %{ $copy->{backends} // {} }; return $json->encode($copy) }
sub same { my ($name, $what, $wanted) = @_; my $got = plain($api->object("services/$name") // {});
	push @{ $wrong{$name} }, "$what: $got, not $wanted" if $got ne $wanted }
for my $directive (sort keys %cases) {
	for my $form (@{ $cases{$directive} }) {
		my $name = sprintf 's%03d', scalar keys %case;
		my $key = $directive =~ s/\..*//r;
		my $body = { listen => $h->dir . "/$name.sock", backends => { a => '10.0.0.1:80' }, $key => $form };
		$body->{protocol} = 'uwsgi' if $of_uwsgi{$directive};
		my $c = $case{$name} = { key => $key, name => "$directive: " . $json->encode($form), body => $body };
		push @{ $wrong{$name} }, 'PUT: ' . $api->errors if $api->put("services/$name", $body) != 201;
		$c->{read} = plain($api->document);
		same($name, 'GET', $c->{read});
		my $generation = $api->generation;
		$api->put("services/$name", $api->body);
		push @{ $wrong{$name} }, 'PUT of what was read: ' . $api->errors if $api->generation != $generation;
		next if $key eq 'connect_tries';
		$api->patch("services/$name", { connect_tries => $_ }) for 7, undef;
		same($name, 'a patch of something else, and back', $c->{read});
	}
}
is($h->stop, 0, 'stopped');
$h->run;
ok($h->wait_ready, 'started with the state file');
same($_, 'the state file', $case{$_}{read}) for sort keys %case;
is($h->stop, 0, 'stopped');
$state->clear;
# JSON is YAML; the file has an environment, which doubled dollar signs keep out.
$h->configure("${apps}services:\n" . join '', map { "  $_: " . ($json->encode($case{$_}{body}) =~ s/\$/\$\$/gr
	=~ s/\xf0\x9f\x98\x80/\\U0001f600/gr =~ s/\xc2\x85/\\x85/gr =~ s/\xe2\x80\xa8/\\u2028/gr
	=~ s/\xef\xbb\xbf/\\ufeff/gr) . "\n" } sort keys %case);
$h->run;
ok($h->wait_ready, 'started with the same in the file') or diag($h->output);
same($_, 'the file', $case{$_}{read}) for sort keys %case;
$api->get('config?diff=file');
is_deeply($api->document->{differences}, [], 'nothing differs from the file');
for my $name (sort keys %case) {
	my $left = $json->decode($case{$name}{read});
	delete $left->{ $case{$name}{key} };
	$api->patch("services/$name?force=1", { $case{$name}{key} => undef });
	same($name, 'null', plain($left));
}
is(join("\n", @{ $wrong{$_} // [] }), '', $case{$_}{name}) for sort keys %case;
$h->finish;
done_testing();
