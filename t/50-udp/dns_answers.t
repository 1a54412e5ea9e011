# SPDX-License-Identifier: BSD-2-Clause
# Answers of a DNS server that fails, lies or sends far too much: the last addresses stay, the
# reason is known and logged once, and the service goes on.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Dns qw(dns);

my %error = (silent => 'timeout', servfail => 'servfail', refused => 'refused', loop => 'invalid',
	wrong_id => 'timeout', wrong_port => 'timeout', wrong_question => 'timeout',
	garbage => 'timeout');
my $one = backend('named', name => 'one');
my ($backend) = $one->address =~ /:(\d+)$/;
my $dns = dns('app.test' => ['1 A 127.0.0.1']);
my $port = free_port;
sub yaml { my ($server) = @_; return <<"YAML" }
resolver: {servers: ["${\$server->address}"], timeout: 1500ms, tries: 1}
services: {web: {listen: "127.0.0.1:$port", backends: {two: "app.test:$backend"}}}
YAML
my $h = heddle(yaml($dns), workers => 1);
my $name = sub { return ($h->stats // {})->{resolver}{names}{'app.test'} // {} };
my $addresses = sub { return join ' ', @{ $name->()->{addresses} // [] } };
ok($h->wait_for(sub { $addresses->() eq '127.0.0.1' }, 10, 'the address'), 'resolved');
is(who($port), 'one', 'a session');
is($name->()->{error}, undef, 'no error');
is($name->()->{ttl_seconds}, 1, 'the TTL of the record');

for my $mode (sort keys %error) {
	$dns->mode($mode);
	ok($h->wait_for(sub { $name->()->{stale} }, 20, 'stale'), "$mode: stale");
	my $now = $name->();
	is($now->{error}, $error{$mode}, '... and why');
	is("@{ $now->{addresses} }", '127.0.0.1', '... the address stays');
	is(who($port), 'one', '... and in use');
	$dns->mode('truth');
	ok($h->wait_for(sub { !$name->()->{stale} }, 10, 'fresh'), '... resolved again');
}
my $count = keys %error;
is($h->log_count(qr/app\.test: .* stays in use/, $count), $count, 'each is logged once');
is($h->log_count(qr/app\.test is resolved again after/, $count), $count, '... and its end');

$dns->mode('many=4000');
ok($h->wait_for(sub { @{ $name->()->{addresses} // [] } == 1024 }, 15, '1024 addresses'),
	'of 4,000 addresses the first ones are used');
is($h->log_count(qr/app\.test has 4000 addresses; 1024 of them are used/, 1), 1,
	'... which is logged once');
$dns->mode('truth');
my $api = Heddle::Api->new($h->control);
is($api->call(POST => 'resolve', { name => 'app.test' }), 200, 'resolved now');
is_deeply($api->document->{names}{'app.test'}{addresses}, ['127.0.0.1'], '... with one again');
ok($api->document->{complete}, '... and that is all');

$dns->zone('app.test' => ['1 A 127.0.0.2']);
is($api->call(POST => 'resolve?name=APP.test.'), 200, 'another address');
is_deeply($api->document->{names}{'app.test'}{addresses}, ['127.0.0.2'], '... is in the answer');

my $other = dns('app.test' => ['60 A 127.0.0.1']);
$dns->stop;
is(($h->reload(yaml($other)))[0], 0, 'other servers by a reload');
ok($h->wait_for(sub { $addresses->() eq '127.0.0.1' && $name->()->{ttl_seconds} == 60 }, 10,
	'the other server'), '... are used at once');
ok($h->wait_for(sub { (who($port) // '') eq 'one' }, 10, 'a session'), '... and so is the backend');
$h->finish;
done_testing();
