# SPDX-License-Identifier: BSD-2-Clause
# One name with two uses that ask for it at different times: each has its own answer, in the stats
# and as backends, and neither hides the other.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Dns qw(dns);

on_each_event(sub {
	my $target = free_port;
	my $dns = dns('app.test' => ['1 A 127.0.0.1']);
	my ($port, $other) = (free_port, free_port);
	my $h = heddle(<<"YAML", workers => 2);
resolver: {servers: ["${\$dns->address}"]}
services:
  often: {listen: "127.0.0.1:$port", backends: {app: {address: "app.test:$target", refresh: 100ms}}}
  never: {listen: "127.0.0.1:$other", backends: {app: {address: "app.test:$target", refresh: 1h}}}
YAML
	my $members = sub { return join ' ', sort keys %{ $h->service($_[0])->{backends} } };
	my $is = sub { my ($service, $ip) = @_; return $members->($service) eq "app\@$ip:$target" };
	ok($h->wait_for(sub { $is->('often', '127.0.0.1') && $is->('never', '127.0.0.1') }, 10, 'both'),
		'both have an answer');
	my $names = sub { return $h->stats->{resolver}{names} };
	ok($h->wait_for(sub { join(', ', sort keys %{ $names->() })
		eq 'app.test refresh 100ms, app.test refresh 1h' }, 10, 'two'), 'two in the stats');
	$dns->zone('app.test' => ['1 A 127.0.0.2']);
	ok($h->wait_for(sub { $is->('often', '127.0.0.2') }, 10, 'the new one'), 'another address');
	is($members->('never'), "app\@127.0.0.1:$target", '... is not that of the other use');
	my $shown = sub { return join ' ', map { $names->()->{"app.test refresh $_"}{addresses}[0] } @_ };
	ok($h->wait_for(sub { $shown->(qw(100ms 1h)) eq '127.0.0.2 127.0.0.1' }, 5, 'two'),
		'... and the stats say so');

	my $api = Heddle::Api->new($h->control);
	is($api->patch('services/never/backends/app', { weight => 3 }), 200, 'a change of the other use');
	is($members->('never'), "app\@127.0.0.1:$target", '... keeps its address');
	is($members->('often'), "app\@127.0.0.2:$target", '... and takes nothing from the first');
	is($api->call(POST => 'resolve', { name => 'app.test' }), 200, 'both are asked for by the name');
	is(join(', ', sort keys %{ $api->document->{names} }),
		'app.test refresh 100ms, app.test refresh 1h', '... and answered');
	ok($h->wait_for(sub { $is->('never', '127.0.0.2') }, 10, 'now'), '... and used');
	$h->finish;
});
