# SPDX-License-Identifier: BSD-2-Clause
# A start lost what the API had changed while the system had no descriptor or no process left: the
# state file counted as damaged. Now heddle does not start, says why, and leaves the file as it is.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::State;
use Heddle::Test;
use Heddle::Child qw(launch reap);

plan(skip_all => 'strace is not installed') if !program('strace');
plan(skip_all => 'strace cannot trace here') if system('strace -o /dev/null true 2>/dev/null') != 0;
plan(skip_all => 'LeakSanitizer does not run under strace') if Heddle::sanitized();
my $state = Heddle::State->new;
my $path = $state->path;
my $one = backend('named', name => 'one');
my $port = free_port;
my $h = heddle(<<"YAML");
state: $path
services:
  web: {listen: "127.0.0.1:$port", backends: {one: {address: "${\$one->address}"}}}
YAML
ok(until_true(sub { $state->read->{format} }, 10), 'there is a state file');
is($h->stop, 0, 'it stops');
$state->edit(sub { $_[0]{web}{backends}{one}{weight} = 7 });
my $good = $state->text;

sub refused {
	my ($what, $why, @inject) = @_;
	my $said = $h->dir . '/said';
	unlink $said;
	my $pid = launch({ out => $said, err => $said }, 'strace', '-f', '-o', '/dev/null', @inject,
		Heddle::binary(), '-c', $h->dir . '/heddle.yaml');
	is((reap($pid, 60) // -1) >> 8, 1, "$what: it does not start");
	like(Heddle::read_file($said), qr/error: state: .*\Q$path\E\S* \Q$why\E; heddle does not start without what the API had changed/, '... and says why');
	is($state->text, $good, '... the state file is as it was');
	ok(!-e "$path.damaged", '... and does not count as damaged');
}

for my $error ('EMFILE', 'ENFILE', 'ENOMEM') {
	my %why = (EMFILE => 'Too many open files', ENFILE => 'Too many open files in system', ENOMEM => 'Cannot allocate memory');
	refused($error, $why{$error}, '-P', $path, '-e', "inject=?open,openat:error=$error");
}

refused('no process', 'fork: Resource temporarily unavailable', '-e', 'inject=?clone,?clone3,?fork,?vfork:error=EAGAIN');
refused('killed', 'the process that reads it ended early: Input/output error', '-P', $path, '-e',
	'inject=?open,openat:signal=KILL');
my $said = $h->dir . '/said';
is(system("strace -f -o /dev/null -P $path -e 'inject=?open,openat:error=EMFILE' " . Heddle::binary() . ' -t -c ' . $h->dir
	. "/heddle.yaml >$said 2>&1"), 0, '-t: the file is none the worse');
like(Heddle::read_file($said), qr/warning: state: .*Too many open files; a start would fail/, '... and a start would fail');

# What is damaged is looked for in the file of before: it is the same there.
$state->write(substr $good, 0, 20);
$state->write($good, '.old');
$good = $state->text;
refused('.old', 'Too many open files', '-P', "$path.old", '-e', 'inject=?open,openat:error=EMFILE');

$state->write($state->text('.old'));
$h->run;
ok($h->wait_ready, 'then it starts');
is($h->backend('web', 'one')->{weight}, 7, '... with what the API had changed');
$h->finish;
done_testing();
