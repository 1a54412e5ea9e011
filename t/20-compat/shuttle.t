# SPDX-License-Identifier: BSD-2-Clause
# shuttle's life: a configuration of which something is left out, changes by the API, its state
# file, which wins at the next start; a file of shuttle's own; one that cannot be read.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::OldProgram;
use Heddle::Shuttle;

my ($one, $two, $holder) = backends('one', 'two', 'holder');
my ($port, $admin, $next) = (free_port, free_port, free_port);
my $dir = File::Temp->newdir;
chmod 01777, $dir;
my ($config, $state) = ("$dir/config.json", "$dir/state.json");
my $default = qq([{"name": "web", "address": "127.0.0.1:$port",
	"backends": [{"name": "b1", "address": "${\$one->address}"}]},
	{"name": "taken", "address": "${\$holder->address}"},
	{"name": "late", "address": "127.0.0.1:$next", "server_timeout": 5000},
	{"name": "twice", "address": "127.0.0.1:$port"}]);
Heddle::write_file($config, $default);

sub run {
	my $p = old_program('shuttle', '-admin', "127.0.0.1:$admin", @_);
	ok($p->wait_listening($admin), "shuttle @_");
	return ($p, Heddle::Shuttle->new("127.0.0.1:$admin"));
}

sub names { return join ' ', map { $_->{name} } @{ $_[0]->document('/_config') // [] } }

my ($p, $s) = run('-config', $config);
ok($p->wait_log(qr/^shuttle: taken is left out: bind .*address in use/m), 'a port that is taken');
is(names($s), 'web', 'the others are there');
$p->signal('TERM');
is($p->ended, 0, 'TERM ends it with 0');

($p, $s) = run('-config', $config, '-state', $state);
ok($p->wait_log(qr/bind ${\quotemeta $holder->address}: .*tries again every 5 s/),
	'with a state file it waits: nothing of it must be lost');
ok($p->wait_log(qr/^shuttle: late is left out: 5000 seconds\?.*\n.*-dialect v0\.1/m), 'milliseconds');
ok($p->wait_log(qr/^shuttle: twice is left out: /m), 'an address that is there');
ok($p->wait_log(qr{^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d Admin server listening on 127}m), 'its log');
is(names($s), 'taken web', 'the others are there');
is(who($port), 'one', '  and serve');

is($s->put('/more', { address => "127.0.0.1:$next", backends => [
	{ name => 'x', address => $two->address }] }), 200, 'a service more');
my $whole = $s->body;
is(who($next), 'two', '  serves');
is(Heddle::read_file($state), $whole, 'the state file is GET /_config, when the answer comes');
is(Heddle::read_file($config), $default, 'the configuration is never written');
is($s->delete('/web'), 200, 'one is removed');
$whole = $s->body;
my @children = map { $_->{pid} } grep { $_->{kind} ne 'master' && $_->{pid} }
	@{ $s->document('/_v1/stats')->{processes} };
kill 'KILL', $p->pid;
$p->ended;
ok(until_true(sub { !grep { kill 0, $_ } @children }, 10), 'killed');

($p, $s) = run('-config', $config, '-state', $state);
$s->get('/_config');
is($s->body, $whole, 'the state file wins over the configuration');
is(client($port), undef, '  what was removed is gone');
is(who($next), 'two', '  what was added serves');
$p->signal('HUP');
ok($p->wait_log(qr/SIGHUP received/), 'HUP is told');
is(names($s), 'more taken', '  and changes nothing');
$p->signal('TERM');
is($p->ended, 0, 'TERM ends it with 0');

# A state file that shuttle itself wrote, with globals, and one that is damaged.
unlink glob "$state*";
Heddle::write_file($state, qq({"balance": "LC", "check_interval": 0, "fall": 0, "services": [
	{"name": "old", "address": "127.0.0.1:$port", "client_timeout": 1500, "backends": [
	{"name": "b", "address": "${\$one->address}", "check_address": "", "weight": 1}]}]}));
chmod 0666, $state;
($p, $s) = run('-dialect', 'v0.1', '-state', $state);
my $document = $s->document('/_config');
is_deeply([$document->{balance}, $document->{services}[0]{client_timeout}], ['LC', 1500],
	"a state file of shuttle's");
is(who($port), 'one', '  serves');
$p->signal('TERM');
is($p->ended, 0, 'it ends');

unlink glob "$state*";
Heddle::write_file($state, '[{"name"');
($p, $s) = run('-config', "$dir/none", '-state', $state);
ok($p->wait_log(qr/state\.json: unexpected end of JSON input; going on without it/), 'a damaged one');
ok($p->wait_log(qr/none is not there; going on without it/), 'a missing one');
is(names($s), '', 'nothing is configured');
is($s->get('/'), 200, '  and the API serves');
$p->signal('TERM');
is($p->ended, 0, 'it ends');
# An address that ends in the digits of the admin port is another address.
SKIP: {
	my ($service) = grep { $_ % 10000 > 1024 } map { free_port } 1 .. 20;
	my $suffix = $service % 10000;
	skip "port $suffix is taken", 3 if client($suffix);
	$p = old_program('shuttle', '-http', "127.0.0.1:$suffix");
	ok($p->wait_listening($suffix), '-http');
	is(Heddle::Shuttle->new("127.0.0.1:$suffix")->put('/web', { address => "127.0.0.1:$service" }), 200,
		"a service on $service beside the API on $suffix");
	$p->signal('TERM');
	is($p->ended, 0, 'it ends');
}
done_testing();
