# SPDX-License-Identifier: BSD-2-Clause
# Autoscaling: real uWSGI instances of one key come and go at random (start, graceful end, stop, kill,
# reload) under load behind nginx. Not one request fails that a living node could have served: what
# fails had been connected to an instance that was ended then, or to a worker of one that was reloaded
# then. HEDDLE_PLAY: seconds (10; the whole play is 120); HEDDLE_SEED repeats one.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Fcntl qw(O_NONBLOCK O_WRONLY);
use Heddle::Child qw(reap);
use Heddle::Nginx qw(nginx nginx_missing);
use Heddle::Subscribed qw(subscribed);
use Heddle::Uwsgi qw(uwsgi_missing uwsgi_instance);
use Time::HiRes qw(sleep time);

my $missing = nginx_missing() || uwsgi_missing('python3');
plan(skip_all => $missing) if $missing;
my $seconds = $ENV{HEDDLE_PLAY} // 10;
my $connections = 8;
my $most = 6;	# instances at a time
my $workers = 2;	# of each
time_limit(300 + 2 * $seconds);

# When an instance was ended: {address => [[from, to, how], ...]}; what is in between may be lost with it,
# where it has unsubscribed what began before that. A worker of uWSGI that is told to reload ends at once
# if it has a connection that it has accepted just before that.
my (%ended, %did);

sub ending {
	my ($instance, $how, $code) = @_;
	my $from = time;
	$code->();
	push @{ $ended{ $instance->address } }, [$from, time, $how];
	$did{$how}++;
}

# One that is being reloaded ignores for a while what it is told.
sub whole { my ($i) = @_; return until_true(sub { $i->is_whole($workers, $i->{spawned}) }, 10) }

my %ends = (
	kill => sub { my ($i) = @_; ending($i, 'kill -9', sub { $i->kill }) },
	stop => sub { my ($i) = @_; whole($i); ending($i, 'stop', sub { kill 'TERM', $i->pid; reap($i->pid, 20) // $i->kill }) },
	graceful => sub {
		my ($i) = @_;
		whole($i);
		ending($i, 'graceful end', sub {
			my $fifo;
			until_true(sub { sysopen $fifo, $i->{fifo}, O_WRONLY | O_NONBLOCK }, 10);
			syswrite $fifo, 'q';
			reap($i->pid, 20) // $i->kill;
		});
	},
);

# Another signal would end one that has just begun to load itself again.
sub reload {
	my ($instance) = @_;
	$instance->is_whole($workers, $instance->{spawned}) or return;
	note_reloaded($instance, 'long ago');
	push @{ $ended{ $instance->address } }, $instance->{reload} = [time, undef, 'reload'];
	kill 'HUP', $instance->pid;
	$instance->{spawned} += $workers;
	$did{reload}++;
}

sub note_reloaded {
	my ($instance, $all) = @_;
	$instance->{reload}[1] //= time
		if $instance->{reload} && ($all || $instance->is_whole($workers, $instance->{spawned}));
}

# When a session began, or what a log line tells of was done, is known but for the time that a busy
# machine keeps a process from going on.
my $room = 0.3;

sub may_be_lost {
	my ($lost, $marked) = @_;
	for (@{ $ended{ $lost->{address} // '' } // [] }) {
		my ($from, $to) = @$_;
		my ($known) = grep { $_ > $from - $room && $_ < $to + $room } @{ $marked->{ $lost->{address} } // [] };
		return 1 if $lost->{began} < ($known // $to) + $room
			&& $lost->{began} + $lost->{duration_seconds} > $from - $room;
	}
	return 0;
}

sub start {
	my ($s, $number) = @_;
	my $fifo = File::Temp::tmpnam();
	my $instance = uwsgi_instance('a.test', announce => $s->server, options => ['--processes', $workers, '--master-fifo', $fifo]);
	@$instance{qw(fifo spawned)} = ($fifo, $workers);
	until_true(sub { $instance->is_whole($workers, $workers) }, 20) or die "no workers:\n", $instance->output;
	$did{start}++;
	return $instance;
}

on_each_event(sub {
	my ($event) = @_;
	my $seed = $ENV{HEDDLE_SEED} // int rand 1e6;
	note "HEDDLE_SEED=$seed";
	srand $seed;
	(%ended, %did) = ();
	my $s = subscribed(workers => 2);
	my @instances = map { start($s) } 1 .. 3;
	ok($s->wait_nodes(3), 'three instances at the beginning');
	my $web = nginx(['127.0.0.1:' . $s->port]);
	my ($port) = $web->address =~ /:(\d+)/;
	my $load = load($port, connections => $connections, until_eof => 1, patience => 30,
		ask => "GET / HTTP/1.0\r\nHost: a.test\r\n\r\n", answer => qr/\AHTTP\S+ 200 .*\r\n\r\n([\d.:]+)/s);
	my $end = time + ($event eq (Heddle::events())[0] ? $seconds : $seconds / 2);
	while (time < $end) {
		my $one = 1 + int rand @instances - 1;	# the first one only reloads
		note_reloaded($_) for @instances;
		if (rand() < 0.15) {
			reload($instances[rand @instances]);
		} elsif (@instances < 3 || ($most > @instances && rand() < 0.5)) {
			push @instances, start($s);
		} else {
			my ($instance) = splice @instances, $one, 1;
			$ends{ (sort keys %ends)[rand keys %ends] }->($instance);
			note_reloaded($instance, 'ended');
			unlink $instance->{fifo};
		}
		sleep rand 0.2;
	}
	$load->wait_for(64);
	my $result = $load->stop;
	note_reloaded($_, 'over') for @instances;
	my $failed = Heddle::Load::failed($result);
	my $actions = join ', ', map { "$did{$_} $_" } sort keys %did;
	# Each failure is of a session that had reached an instance, which was ended then.
	# (Lines of the last ones are on their way: workers write them together.)
	my @lost;
	until_true(sub { @lost = grep { $_->{service} eq 'sites' } $s->lost; @lost >= $failed }, 10);
	my ($log, %marked) = $s->heddle->log;
	push @{ $marked{$2} }, Heddle::Subscribed::seconds($1)
		while $log =~ /^(\S+) .* => marking (\S+) as failed \(unsubscribed\)$/mg;
	my @strange = grep { !may_be_lost($_, \%marked) } @lost;
	is(scalar @strange, 0, "$result->{ok} requests, $failed failed; $actions: none that a living node could have served")
		or diag(explain([@strange[0 .. (@strange < 3 ? $#strange : 2)]], $result, \%ended));
	cmp_ok($failed, '<=', scalar @lost, '... and each that failed was lost with its instance') or diag(explain($result));
	my $few = 0;
	$few += $_->[2] eq 'reload' ? $workers : $connections for map { @$_ } values %ended;
	cmp_ok(scalar @lost, '<=', $few, '... of which there are few');
	cmp_ok($result->{max_ms}, '<', in_time(10_000), sprintf 'the slowest took %.0f ms', $result->{max_ms});
	$s->heddle->finish;
	unlink $_->{fifo} for @instances;
});
