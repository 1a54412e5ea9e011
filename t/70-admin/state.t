# SPDX-License-Identifier: BSD-2-Clause
# The state file: what it says, and a start with it: the reload of the file on top of what was
# changed without it.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::State;
use Heddle::Test;

my $state_file = Heddle::State->new;
my $file = $state_file->path;
sub state_now { return $state_file->read }
sub edit { return $state_file->edit(@_) }

my ($one, $two) = backends(qw(one two));
my $dead = backend('refusing');
my ($port, $other) = (free_port, free_port);
my $yaml = sub { my (%o) = @_; return <<"YAML" };
state: $file
services:
  web:
    listen: "127.0.0.1:$port"
    check: {type: tcp, interval: @{[ $o{interval} // '1h' ]}, rise: 1, fall: 1}
    backends:
      two: {address: "${\$two->address}", weight: @{[ $o{weight} // 1 ]}}
      one: {address: "${\$one->address}", state: @{[ $o{state} // 'drain' ]}}
      dead: {address: "${\$dead->address}"}
YAML
my $backend = sub { return state_now()->{running}{services}{web}{backends}{$_[0]} // {} };

my $h = heddle($yaml->(interval => '50ms'));
ok(until_true(sub { (state_now()->{health} // {})->{'web/dead'} }, 10), 'health is in the file');
my $state = state_now();
is($state->{format}, 2, 'format');
is_deeply($state->{running}, $state->{base}, 'the base is what runs');
is_deeply($state->{health}, { 'web/dead' => 'down' }, 'only those that are not up');
is($backend->('one')->{state}, 'drain', 'a directive of a backend');
like(Heddle::read_file($file), qr/"two": .*"one": .*"dead": /s, 'backends in their order');
is($h->counter('state_write_errors_total'), 0, 'no error is counted');
ok($h->wait_for(sub { $h->counter('state_writes_total') >= 1 }, 10, 'writes'), 'writes are');
cmp_ok(abs($h->counter('state_written_seconds') - time), '<', 60, '... and when the last was');
is_deeply([$h->reload($yaml->(weight => 3))]->[0], 0, 'a reload');
ok(until_true(sub { ($backend->('two')->{weight} // 0) == 3 }, 10), 'it is written soon');
is(state_now()->{base}{services}{web}{backends}{two}{weight}, 3, 'in the base too');
ok(until_true(sub { -e "$file.old" && !-e "$file.new" }, 10), 'the file of before lies beside it');

# Killed and started again: what was down is down, though its next check is far.
$h->stop('KILL');
$h->run;
ok($h->wait_ready, 'it starts again');
is($h->backend('web', 'dead')->{status}, 'down', 'down stays down');
is($h->backend('web', 'two')->{status}, 'up', 'up is up');
is($h->backend('web', 'two')->{weight}, 3, 'the weight');
unlike($h->log, qr/state_damaged|is in force again/, 'nothing to report');
is($h->stop, 0, 'it stops');

# What was changed without the file stays, and what changes in the file is applied.
edit(sub {
	my ($services) = @_;
	$services->{web}{backends}{two}{weight} = 7;
	$services->{api} = { listen => ["127.0.0.1:$other"],
		backends => { one => { address => $one->address } } };
	delete $services->{web}{backends}{dead};
});
$h->run;
ok($h->wait_ready, 'it starts with the edited file');
ok($h->wait_log(qr/no checksum, as after an edit; used as it is/), '... and says so');
ok($h->wait_log(qr/what the API had changed is in force again/), '... and that it differs');
is($h->backend('web', 'two')->{weight}, 7, 'a changed weight');
is(who($other), 'one', 'a service that is not in the file');
ok(!$h->backend('web', 'dead'), 'a backend that was removed');
is(($h->reload($yaml->(weight => 3, state => 'ready')))[0], 0, 'a reload');
is($h->backend('web', 'one')->{state}, 'ready', 'what changed in the file is applied');
is($h->backend('web', 'two')->{weight}, 7, '... what did not is left');
ok(until_true(sub { ($backend->('one')->{state} // '') eq 'ready' }, 10), 'on disk');
is($h->stop, 0, 'it stops');

# The file changed while heddle was stopped: the same as a reload.
$h->configure($yaml->(weight => 5, state => 'ready'));
$h->run;
ok($h->wait_ready, 'a start with a changed file');
is($h->backend('web', 'two')->{weight}, 5, 'both have changed it: the file wins');
ok($h->wait_log(qr/weight.*7.*5|weight.*5.*7/), '... and both values are logged');
is(who($other), 'one', 'what the API added is there');
$h->finish(alerts => 1);	# it was killed once

unlink $file, "$file.old";
$h = heddle($yaml->());
ok(!$h->service('api'), 'a start without the file knows the configuration file alone');

# Another file, none, and one again: by reloads.
my $moved = $yaml->(weight => 4) =~ s/state\.json/other.json/r;
my $elsewhere = bless { path => $state_file->dir . '/other.json' }, 'Heddle::State';
is(($h->reload($moved))[0], 0, 'a reload with another path');
ok(until_true(sub { ($elsewhere->backend('web', 'two')->{weight} // 0) == 4 }, 10),
	'it is written there');
is($h->stats->{state_file}{file}, $elsewhere->path, '... and shown');
is(($h->reload($yaml->(weight => 5) =~ s/^state: .*/state: off/mr))[0], 0, 'none');
ok($h->wait_for(sub { !$h->processes('state') }, 10, 'the end of the writer'), 'nobody writes');
is($h->stats->{state_file}, undef, '... and nothing is shown');
is($elsewhere->backend('web', 'two')->{weight}, 4, 'the file is left alone');
is(($h->reload($yaml->(weight => 6)))[0], 0, 'one again');
ok(until_true(sub { ($backend->('two')->{weight} // 0) == 6 }, 10), 'it is written');
$h->finish;
done_testing;
