# SPDX-License-Identifier: BSD-2-Clause
# The addresses of a name change every second under connections: none fails, those that stay keep
# sessions and counters. They are visible in the API, and not writable; gone: remove removes them.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Api;
use Heddle::Knot qw(knot knot_missing);
use Heddle::Load qw(load);

plan(skip_all => knot_missing()) if knot_missing();
plan(skip_all => 'many addresses of 127.0.0.0/8') if $^O ne 'linux';
time_limit(120);

# One backend that listens on every address of the machine has 256 of them, from 127.9.N.1 on.
my $one = backend('named', name => 'one', address => '0.0.0.0:' . free_port);
my $target = $one->address =~ s/.*://r;
sub records { my ($n) = @_; return join '', "stays 1 A 127.8.0.1\n",
	map { "app 1 A $_\n" } '127.8.0.1', map { "127.9.$n.$_" } 1 .. 255 }
my $knot = knot('site.test' => records(1));
my $port = free_port;
sub yaml { my ($more) = @_; return <<"YAML" }
resolver: {servers: ["${\$knot->address}"]}
services:
  web:
    listen: 127.0.0.1:$port
    backends: {app: {address: "app.site.test:$target", refresh: 200ms$more}}
YAML
my $h = heddle(yaml(''), workers => 2);
my $stays = "app\@127.8.0.1:$target";
sub members { return $h->service('web')->{backends} }
sub becomes {
	my ($pattern, $count, $what) = @_;
	ok($h->wait_for(sub { my $all = members();
		return $count == keys %$all && grep { /$pattern/ } keys %$all }, 10, $what), $what);
}
becomes(qr/127\.9\.1\.255:/, 256, '256 addresses');
my $load = load($port, connections => 8);
for my $n (2 .. 5) {
	$knot->zone('site.test', records($n));
	becomes(qr/127\.9\.$n\.255:/, 256, 'all but one of them are others');
	$load->wait_for(128);
}
my $result = $load->stop;
cmp_ok($result->{ok}, '>=', 512, 'under connections');
is($result->{$_}, 0, "... without one that ended by $_") for qw(refused reset eof timeout other);
cmp_ok(members()->{$stays}{sessions_total}, '>', 0, 'the one that stays has its counters');
is(members()->{$stays}{source}, 'dns', '... and comes from DNS');

my $api = Heddle::Api->new($h->control);
my $path = "services/web/backends/$stays";
is($api->get($path), 200, 'the API shows it');
is($api->document->{origin}, 'dns', '... with its origin');
is($api->patch($path, { weight => 2 }), 409, 'nobody can change it');
is($api->remove($path), 409, '... or remove it');
is($api->put($path, { address => '127.0.0.1:1' }), 409, '... or replace it');
is_deeply([keys %{ $api->object('services/web')->{backends} }], ['app'],
	'the service has the name alone');
is($api->patch('services/web/backends/app', { weight => 3 }), 200, 'the name can be changed');
is(members()->{$stays}{weight}, 3, '... and with it its addresses');

$knot->zone('site.test', "app 1 A 127.8.0.1\n");
becomes(qr/127\.8\.0\.1:/, 1, 'one is left');
$knot->zone('site.test', "other 1 A 127.8.0.1\n");
ok($h->wait_log(qr/app\.site\.test: .*NXDOMAIN/), 'it does not exist any more');
is(join(' ', keys %{ members() }), $stays, '... and is kept');
is(($h->reload(yaml(', gone: remove')))[0], 0, 'gone: remove');
becomes(qr/^app$/, 1, '... removes it');
is(members()->{app}{status}, 'unresolved', '... and the name is unresolved');
is(client($port)->ended(4), 'closed', '... which closes clients at once');
$h->finish;
done_testing();
