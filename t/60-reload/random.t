# SPDX-License-Identifier: BSD-2-Clause
# Reloads at random: services, addresses, backends and settings come, move and go under load.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use List::Util qw(shuffle);

# HEDDLE_SEED=N repeats one; HEDDLE_TURNS=N goes on for longer.
my $turns = $ENV{HEDDLE_TURNS} // 15;
time_limit(240 + $turns * 4);

on_each_event(sub {
	my $seed = $ENV{HEDDLE_SEED} // int rand 1e6;
	my @backends = backends(qw(a b c d e));
	my $steady = backend('named', name => 'steady');
	my $first = free_ports(8);
	my $fixed = free_port;
	srand $seed;
	my @services = random_services($first, @backends);
	my $h = heddle(yaml($fixed, $steady, @services), workers => 2);
	my @pids = ($h->control_pid, $h->worker_pids);
	my $held = client($fixed);
	my $load = load($fixed, connections => 2);
	my $bad = 0;
	for my $turn (1 .. $turns) {
		@services = random_services($first, @backends);
		my ($code, $out) = $h->reload(yaml($fixed, $steady, @services));
		my @wrong = $code == 0 ? wrong($h, @services) : "refused: $out";
		push @wrong, 'a connection' if ($held->ask($turn) // '') ne "steady $turn";
		$bad++, diag("seed $seed, turn $turn: ", map { "$_; " } @wrong) if @wrong;
		last if $bad > 3;
	}
	is($bad, 0, "$turns reloads, each in force when it was acknowledged (seed $seed)");
	my $result = $load->stop;
	is(Heddle::Load::failed($result), 0, "none of $result->{ok} requests failed")
		or diag(explain($result), "seed $seed");
	is_deeply([$h->control_pid, $h->worker_pids], \@pids, 'the processes are the same');
	$held->close;
	$h->finish;
});

# Up to three services with some of the ports and some of the backends each.
sub random_services {
	my ($first, @backends) = @_;
	my @ports = shuffle(0 .. 7);
	return map {
		my @some = grep { rand() < 0.6 } @backends;
		{ name => $_, ports => [map { $first + $_ } splice @ports, 0, 1 + int rand 3],
			backends => \@some, weight => 1 + int rand 3,
			balance => (qw(round_robin least_connections first random))[rand 4],
			idle => 30 + int rand 30 };
	} grep { rand() < 0.8 } qw(one two three);
}

sub yaml {
	my ($fixed, $steady, @services) = @_;
	my $yaml = "services:\n  fixed: {listen: \"127.0.0.1:$fixed\", "
		. "backends: [${\addresses($steady)}]}\n";
	for my $s (@services) {
		my $ports = join ', ', map { "\"127.0.0.1:$_\"" } @{ $s->{ports} };
		my $list = join ', ', map { "{name: $_->{name}, address: \"$_->{address}\", "
			. "weight: $s->{weight}}" } @{ $s->{backends} };
		$yaml .= "  $s->{name}:\n    listen: [$ports]\n    balance: $s->{balance}\n"
			. "    idle_timeout: $s->{idle}s\n    backends: [$list]\n";
	}
	return $yaml;
}

# What does not answer as the configuration says.
sub wrong {
	my ($h, @services) = @_;
	my @wrong;
	for my $s (@services) {
		my %may = map { $_->{name} => 1 } @{ $s->{backends} };
		for my $port (@{ $s->{ports} }) {
			my $who = who($port);
			push @wrong, "$s->{name} $port: $who"
				if %may ? !$may{$who} : $who !~ /closed|reset/;
		}
	}
	my $there = join ' ', sort keys %{ $h->stats->{services} };
	my $wanted = join ' ', sort 'fixed', map { $_->{name} } @services;
	push @wrong, "services $there, not $wanted" if $there ne $wanted;
	return @wrong;
}
