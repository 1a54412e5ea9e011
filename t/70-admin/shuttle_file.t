# SPDX-License-Identifier: BSD-2-Clause
# A document of shuttle's as heddle.yaml: read in its dialect, reloaded, with what the API changed;
# globals and all over a kill, by the state file.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Shuttle;

my ($one, $two) = backends('one', 'two');
my ($port, $more) = (free_port, free_port);
my $folder = File::Temp->newdir('heddle-state-XXXXXX', TMPDIR => 1);
chmod 01777, $folder;
sub document { my ($timeout, @rest) = @_; return <<"YAML" . join '', @rest }
admin: {shuttle: v0.1}
state: $folder/state
balance: LC
services:
  - name: web
    address: 127.0.0.1:$port
    server_timeout: $timeout
    backends: [{name: b1, address: "${\$one->address}"}]
YAML
my $h = heddle(document(1500), workers => 2);
my $s = Heddle::Shuttle->new($h->control);
my $web = $s->config('web');
is_deeply([@$web{qw(balance server_timeout rise)}], ['LC', 1500, 2], 'a document of shuttle\'s');
is(who($port), 'one', '  serves');

is($s->put('/web/b2', { address => $two->address }), 200, 'the API adds a backend');
is($s->post('/_config', { rise => 5, services => [{ name => 'more', address => "127.0.0.1:$more" }] }),
	200, '  globals, and a service');
is($s->config('more')->{rise}, 5, '  that has them');
is(($h->reload(document(2500)))[0], 0, 'the file changes');
$web = $s->config('web');
is_deeply([$web->{server_timeout}, map { $_->{name} } @{ $web->{backends} }], [2500, 'b1', 'b2'],
	'  what the API changed stays');
is($s->document('/_config')->{rise}, 5, '  its globals too');
$s->get('/_config');
my $whole = $s->body;

my @children = map { $_->{pid} } grep { $_->{kind} ne 'master' && $_->{pid} } @{ $h->stats->{processes} };
kill 'KILL', $h->pid;
$h->ended;
ok(until_true(sub { !grep { kill 0, $_ } @children }, 10), 'killed');
$h->run;
ok($h->wait_ready, 'started again');
$s->get('/_config');
is($s->body, $whole, 'the same bytes');

my ($code, $said) = $h->reload(document(2500, "  - {name: bad, address: ':1', check_interval: 1.5}\n"));
is($code, 1, 'a mistake in it is refused');
like($said, qr/yaml:9:\d+: error: .*number 1\.5 into Go struct field ServiceConfig\.check_interval of type int/,
	'  with its line');
($code, $said) = $h->reload(document(2500, "  - {name: vhost, virtual_hosts: [a]}\n"));
is($code, 0, 'what has no effect is a warning') or diag($said);
ok($h->wait_log(qr/warn .*services\.vhost: virtual_hosts: kept for shuttle's clients, without effect/),
	'  in the log');
is($s->config('vhost')->{virtual_hosts}[0], 'a', '  and kept');

Heddle::write_file("$folder/list.yaml", qq([{"name": "a", "address": ":1", "server_timeout": 5000}]));
($code, $said) = $h->command('-t', '-c', "$folder/list.yaml");
is($code, 1, 'a bare list, in seconds');
like($said, qr/5000 seconds\? set admin\.shuttle to v0\.1/, '  that are too many');
($code, $said) = $h->command('-t', '-c', "$folder/list.yaml", '-g', 'admin: {shuttle: v0.1}');
is($code, 0, '  but for milliseconds') or diag($said);
($code, $said) = $h->command('-T', '-c', "$folder/list.yaml", '-g', 'admin: {shuttle: v0.1}');
like($said, qr/server_timeout: 5s/, '  which -T prints');
$h->finish(alerts => 1);
done_testing();
