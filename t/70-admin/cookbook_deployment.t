# SPDX-License-Identifier: BSD-2-Clause
# The cookbook's commands with curl: a blue-green deployment under load, a switch of PostgreSQL by hand.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Cookbook qw(recipe);
use Heddle::State;

plan(skip_all => 'needs curl') if !program('curl');

sub run_commands {
	my ($what, $commands) = @_;
	my $said = qx(set -e; $commands 2>&1);
	is($?, 0, $what) or diag($commands, $said);
	return $said;
}

sub deployment {
	my $recipe = recipe('Blue-green deployment');
	my %server = ('10.0.0.11:8080' => 'blue1', '10.0.0.12:8080' => 'blue2', '10.0.0.21:8080' => 'green1',
		'10.0.0.22:8080' => 'green2');
	my %backend = map { $_ => backend('named', name => $server{$_}) } keys %server;
	my %address = map { $_ => $backend{$_}->address } keys %backend;
	my $state = Heddle::State->new;
	my $h = heddle($recipe->configuration(0, %address) =~ s{/var/lib/heddle/state\.json}{$state->path}er);
	my $port = $recipe->port(8080);
	is(join(' ', sort split / /, many($port, 20)), join(' ', ('blue1') x 10, ('blue2') x 10), 'blue serves');

	# Step by step, with requests all the time.
	my $load = load($port, connections => 6, patience => 15);
	my ($define, @steps) = split /\n(?=# )/, $recipe->commands($h, %address);
	is(scalar(@steps), 5, 'the steps');
	for my $step (@steps) {
		my ($title) = $step =~ /^# (.*?)[.,]/;
		run_commands($title, "$define\n$step");
		my $before = $h->service('web')->{sessions_total};
		$h->wait_for(sub { $h->service('web')->{sessions_total} > $before + 200 }, 20, 'sessions');
	}
	my $result = $load->stop;
	is(Heddle::Load::failed($result), 0, 'nobody has failed') or diag(explain($result));
	is(join(' ', sort keys %{ $result->{names} }), 'blue1 blue2 green1 green2', '... both have served');
	is(join(' ', sort split / /, many($port, 20)), join(' ', ('green1') x 10, ('green2') x 10), 'green serves');
	like(run_commands('differences', "$define\ncall 'http://localhost/_v1/config?diff=file'"),
		qr/services\.web\.backends\.(?:blue1|green1)/, '... the file has blue');

	is($h->stop, 0, 'a restart');
	$h->run;
	ok($h->wait_ready, '... it runs again');
	like(many($port, 4), qr/^green\d green\d green\d green\d$/, '... and green serves');
	$h->finish;
}

# What a server answers when it is asked whether it has TLS, and its name.
sub who_has {
	my ($port) = @_;
	my $client = client($port) or return 'nobody';
	$client->send("\0\0\0\x08\x04\xd2\x16\x2f");
	return ($client->rest // '') =~ /^[SN](\w+)/ ? $1 : 'nobody';
}

sub switch {
	my $recipe = recipe('PostgreSQL without Patroni');
	my ($primary, $standby) = map { backend('script', name => $_, on => qr/\x04\xd2\x16\x2f/, text => "N$_") }
		qw(primary standby);
	my %address = ('10.0.0.1:5432' => $primary->address, '10.0.0.2:5432' => $standby->address);
	my $state = Heddle::State->new;
	my $h = heddle($recipe->configuration(0, %address) =~ s{/var/lib/heddle/state\.json}{$state->path}er);
	my $port = $recipe->port(5000);
	is(who_has($port), 'primary', 'the primary has the clients');
	my @commands = $recipe->commands($h) =~ /^((?:api=|curl ).*)$/mg;
	is(scalar(@commands), 3, 'the commands');
	run_commands('the primary is taken out', join "\n", @commands[0, 1]);
	is(who_has($port), 'nobody', '... nobody is connected to either');
	run_commands('the standby is taken in', join "\n", @commands[0, 2]);
	ok(until_true(sub { who_has($port) eq 'standby' }, 10), '... and has the clients');
	$standby->stop;
	ok($h->wait_for(sub { $h->backend('postgres', 'standby')->{status} eq 'down' }, 10, 'the check'),
		'its check notices that it dies');
	$h->finish;
}

on_each_event(sub { deployment(); switch() });
