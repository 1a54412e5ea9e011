# SPDX-License-Identifier: BSD-2-Clause
# Changes that come together and are refused, because the disk does not take them: nobody is answered
# by what another one of them would have made.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Api;
use Heddle::State;
use Heddle::Test;

my $state = Heddle::State->new;
my ($one, $two) = backends('one', 'two');
my ($port, $new) = (free_port, free_port);
my $h = heddle(<<"YAML", workers => 2);
state: ${\$state->path}
change_timeout: 10s
services:
  web:
    listen: "127.0.0.1:$port"
    backends: {one: {address: "${\$one->address}"}, two: {address: "${\$two->address}"}}
YAML
my $api = Heddle::Api->new($h->control);
is($api->patch('services/web', { idle_timeout => '5s' }), 200, 'a change');
my $away = $state->dir . '.away';
rename $state->dir, $away or die;
is($api->get('services/web'), 200, 'the service');
my $etag = $api->etag;
my %statuses;
for my $turn (1 .. 6) {
	$statuses{$_}++ for $api->together(
		['DELETE', 'services/web'], ['DELETE', 'services/web'],
		(map { ['PATCH', 'services/web', { idle_timeout => "${_}m" }, 'If-Match', $etag] } 1, 2),
		(map { ['PUT', 'services/new', { listen => "127.0.0.1:$new",
			backends => { x => $one->address } }, 'If-None-Match', '*'] } 1, 2),
		['PUT', 'services/other', { listen => "127.0.0.1:$new", backends => { x => $one->address } }],
		(map { ['PATCH', "services/web/backends/$_", { state => 'drain' }] } qw(one two)),
		['PATCH', 'services/web?dry_run=1', { idle_timeout => '3m' }, 'If-Match', $etag]);
}
is_deeply(\%statuses, { 507 => 54, 200 => 6 }, 'each is told that the disk does not take it')
	or diag(join ', ', map { "$_: $statuses{$_}" } sort keys %statuses);
is($api->object('services/web')->{idle_timeout}, '5s', '... the service is as it was');
rename $away, $state->dir or die;
ok($h->wait_for(sub { ($api->together(['DELETE', 'services/web'], ['DELETE', 'services/web']))[0] != 507 },
	10, 'the disk'), 'the disk takes it again');
is($api->get('services/web'), 404, '... and it is removed');
$h->finish;
done_testing;
