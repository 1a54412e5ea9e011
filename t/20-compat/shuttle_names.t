# SPDX-License-Identifier: BSD-2-Clause
# Backends of shuttle's that are names: shuttle's clients see one backend, by the name and address
# that they gave it; its figures are the sums of its addresses.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::OldProgram;
use Heddle::Shuttle;

my ($one, $two) = backends(qw(one two));
my ($port, $admin) = (free_port, free_port);
my $p = old_program('shuttle', '-dialect', 'readme', '-admin', "127.0.0.1:$admin");
ok($p->wait_listening($admin), 'shuttle');
my $s = Heddle::Shuttle->new("127.0.0.1:$admin");
my $name = 'localhost:' . $one->port;
is($s->put('/web', { address => "127.0.0.1:$port", check_interval => 1, backends => [
	{ name => 'b1', address => $name, check_address => $name },
	{ name => 'b2', address => $two->address, weight => 2 }] }), 200, 'a service');
my $whole = $s->body;
$s->get('/_config');
is($s->body, $whole, 'its answer is GET /_config');
my ($web) = @{ $s->document('/_config') };
is_deeply([map { "$_->{name} $_->{address} $_->{check_address}" } @{ $web->{backends} }],
	["b1 $name $name", 'b2 ' . $two->address . ' '], '... with the name as it was given');

my $stats = sub { my ($n) = @_; return $s->document('/web')->{backends}[$n] // {} };
ok(until_true(sub { $stats->(0)->{check_success} }, 10), 'the address of the name is checked');
my %who;
$who{$_}++ for split / /, many($port, 6);
is_deeply(\%who, { one => 2, two => 4 }, 'both are used');
is($stats->(0)->{name}, 'b1', 'stats: one backend');
is($stats->(0)->{address}, $name, '... its address is the name');
is($stats->(0)->{up}, JSON::PP::true, '... up');
ok(until_true(sub { $stats->(0)->{connections} == 2 && $stats->(0)->{received} }, 5), '... its figures');
is($stats->(1)->{name}, 'b2', '... the other behind it');
is(@{ $s->document('/web')->{backends} }, 2, '... and no third');
is($s->document('/web/b1')->{address}, $name, 'GET of the backend');
is($s->document('/')->[0]{backends}[0]{name}, 'b1', 'GET of all');
is($s->put('/web/b3', { name => 'b3', address => 'nowhere.invalid:80' }), 200, 'a name that nobody knows');
is($s->document('/web/b3')->{up}, JSON::PP::false, '... is down');
is($s->delete('/web/b1'), 200, 'a name is removed');
is(many($port, 2), 'two two', '... and used no more');
$p->signal('TERM');
is($p->ended, 0, 'TERM ends it with 0');
done_testing();
