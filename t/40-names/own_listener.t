# SPDX-License-Identifier: BSD-2-Clause
# Names that lead back to heddle itself: an address that would close a ring is not used, which is
# told; one that leads to another service is. It is used as soon as it closes none any more.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Dns qw(dns);

plan(skip_all => 'many addresses of 127.0.0.0/8') if $^O ne 'linux';
time_limit(120);

on_each_event(sub {
	my ($port, $api, $alone) = (free_port, free_port, free_port);
	my $one = backend('named', name => 'one', address => "127.0.0.2:$port");
	my $two = backend('named', name => 'two', address => "127.0.0.4:$api");
	my %zone = ('web.test' => ['1 A 127.0.0.1', '1 A 127.0.0.2'], 'api.test' => ['1 A 127.0.0.3'],
		'back.test' => ['1 A 127.0.0.2'],
		'own.test' => ['1 A 127.0.0.1'], '_own._tcp.test' => ["1 SRV 0 1 $alone own.test"]);
	my $dns = dns(%zone);
	my $yaml = sub { my ($more) = @_; return <<"YAML" };
resolver: {servers: ["${\$dns->address}"]}
services:
  web:
    listen: ["127.0.0.1:$port"$more]
    backends: {web: "web.test:$port", api: "api.test:$api"}
  api:
    listen: "127.0.0.3:$api"
    backends: {two: "${\$two->address}", back: {address: "back.test:$port", weight: 0}}
  alone:
    listen: "127.0.0.1:$alone"
    backends: {own: "srv:_own._tcp.test"}
YAML
	my $h = heddle($yaml->(''), workers => 2);
	my $members = sub { return join ' ', sort keys %{ $h->service($_[0])->{backends} } };
	my $becomes = sub {
		my ($service, $wanted, $unused, $what) = @_;
		ok($h->wait_for(sub { $members->($service) eq $wanted
			&& $h->service($service)->{addresses_unused} == $unused }, 10, $what), $what)
			or diag($members->($service));
	};
	my $told = sub { my ($words) = @_; return $h->log_count(quotemeta $words, 1) };
	$becomes->('web', "api\@127.0.0.3:$api web\@127.0.0.2:$port", 1,
		'what leads back at once is not used, and what leads to another service is');
	is($told->("services.web.backends.web: 1 of its addresses is not used: web\@127.0.0.1:$port "
		. "leads back to heddle itself: services.web listens on 127.0.0.1:$port"), 1,
		'... which the log tells once');
	$zone{'back.test'} = ['1 A 127.0.0.1'];
	$dns->zone(%zone);
	$becomes->('api', 'back two', 1, 'an address that closes a ring of two services');
	is($told->("back\@127.0.0.1:$port leads back to heddle itself: services.web listens on"), 1,
		'... which the log tells once');
	is(many($port, 4) =~ /^(?:one|two)(?: (?:one|two)){3}$/, 1, 'clients are served');
	$becomes->('alone', 'own', 1, 'SRV records with our own port');
	is($h->backend('alone', 'own')->{reason}, 'none of its addresses can be used',
		'... have the reason');
	is(client($alone)->ended(3), 'closed', '... and clients are closed at once');

	$zone{'web.test'} = ['1 A 127.0.0.2'];
	$dns->zone(%zone);
	$becomes->('web', "api\@127.0.0.3:$api web\@127.0.0.2:$port", 0, 'it is gone from DNS');
	push @{ $zone{'web.test'} }, '1 A 127.0.0.5';
	$dns->zone(%zone);
	$becomes->('web', "api\@127.0.0.3:$api web\@127.0.0.2:$port web\@127.0.0.5:$port", 0,
		'another address');
	is(($h->reload($yaml->(qq(, "127.0.0.5:$port"))))[0], 0, 'the service listens there now');
	$becomes->('web', "api\@127.0.0.3:$api web\@127.0.0.2:$port", 1, '... so it is not used');
	is(($h->reload($yaml->('')))[0], 0, 'it listens there no more');
	$becomes->('web', "api\@127.0.0.3:$api web\@127.0.0.2:$port web\@127.0.0.5:$port", 0,
		'... so it is used again');
	is(many($port, 4) =~ /^(?:one|two)(?: (?:one|two)){3}$/, 1, 'clients are served');
	$h->finish;
});
