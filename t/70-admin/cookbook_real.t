# SPDX-License-Identifier: BSD-2-Clause
# The cookbook with real programs: the check of PostgreSQL, which logs nothing about it, and a socket
# that systemd-socket-activate has opened.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Cookbook qw(recipe);
use Heddle::Http;
use Heddle::Postgresql qw(postgresql postgresql_missing);
use Heddle::State;

subtest(postgresql => sub {
	plan(skip_all => postgresql_missing()) if postgresql_missing();
	my $recipe = recipe('PostgreSQL without Patroni');
	my $server = postgresql('primary')->start;
	my $yaml = $recipe->configuration(0, '10.0.0.1:5432' => $server->address);
	my $state = Heddle::State->new;
	my $h = heddle($yaml =~ s{/var/lib/heddle/state\.json}{$state->path}er);
	my $status = sub { ($h->backend('postgres', 'primary') // {})->{status} // '' };
	my $passed = sub { $h->backend('postgres', 'primary')->{check}{passed_total} // 0 };
	my $logged = $server->log;
	ok($h->wait_for(sub { $passed->() > 5 }, 10, 'checks'), 'checks pass');
	is($server->log, $logged, '... and PostgreSQL logs nothing');
	$server->stop('QUIT');
	ok($h->wait_for(sub { $status->() eq 'down' }, 10, 'down'), 'it ends: down');
	$server->start;
	ok($h->wait_for(sub { $status->() eq 'up' }, 10, 'up'), 'it is there again: up');
	$h->finish;
});

subtest(systemd => sub {
	my $program = program('systemd-socket-activate')
		or plan(skip_all => 'systemd-socket-activate is not installed');
	my $recipe = recipe('systemd socket activation');
	my ($command) = $recipe->{text} =~ /`(systemd-socket-activate [^`]*)`/;
	my $backend = backend('http', name => 'one');
	my $dir = File::Temp->newdir('heddle-cookbook-XXXXXX', TMPDIR => 1);
	chmod 0777, $dir;
	my $yaml = $recipe->configuration(0, map { ("10.0.0.$_:8080" => $backend->address) } 1, 2);
	$yaml =~ s/, ".*?"\]/]/;
	Heddle::write_file("$dir/heddle.yaml", "pid_file: $dir/heddle.pid\nworkers: 2\n$yaml");
	my $address = '127.0.0.1:' . free_port;
	$command =~ s/127\.0\.0\.1:8080/$address/;
	$command =~ s/ heddle / ${\Heddle::binary()} /;
	my $pid = launch({ out => "$dir/out", err => "$dir/out" }, '/bin/sh', '-c', "cd $dir; exec $command");
	ok(until_true(sub { Heddle::read_file("$dir/out") =~ /Listening/ }, 10), 'systemd listens')
		or diag(Heddle::read_file("$dir/out"));
	# It starts heddle when somebody connects, who waits meanwhile.
	my ($status, $body) = Heddle::Http::request($address, 'GET', '/');
	is("$status $body", "200 hello from one\n", 'the first client is served');
	is((Heddle::Http::request($address, 'GET', '/'))[0], 200, '... and so is the next one');
	is(end_child($pid, 'TERM', 20), 0, 'it ends') or diag(Heddle::read_file("$dir/out"));
});
done_testing();
