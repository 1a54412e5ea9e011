#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
# What has no effect is not taken in silence: user and group without root, -g for a reload.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Configure;

my $c = Heddle::Configure->new('heddle.yaml' => "pid_file: ./nobody.pid\nservices: {}\n");
for my $setting ('workers: 3', '{"workers": 3}') {
	my ($status, undef, $err) = $c->run('-g', $setting, '-s', 'reload');
	is($status >> 8, 7, "-g $setting -s reload: looks for heddle");
	like($err, qr/^heddle: warning: -g "\Q$setting\E" has no effect on a reload: heddle keeps the -g that it was started with\n/,
		'... and warns');
	is(($c->run('-q', '-g', $setting, '-s', 'reload'))[2] =~ /warning/ ? 1 : 0, 0, '... but with -q');
}
my ($status, undef, $err) = $c->run('-g', 'pid_file: ./heddle.pid', '-s', 'reload');
is($status >> 8, 7, 'with the pid file');
unlike($err, qr/warning/, '... it does not');

my ($setpriv) = grep { -x } map { "$_/setpriv" } split /:/, $ENV{PATH};
SKIP: {
	skip 'root without setpriv', 3 if $> == 0 && !$setpriv;
	my $user = getpwuid($> == 0 ? 65534 : $>);
	my $port = free_port;
	$c->write('heddle.yaml', "pid_file: off\nuser: $user\nworkers: 1\n"
		. qq(services: {web: {listen: "127.0.0.1:$port", backends: []}}\n));
	chmod 0755, $c->{dir};
	my @user = $> == 0 ? ($setpriv, '--reuid=65534', '--regid=65534', '--clear-groups') : ();
	my @heddle = (Heddle::binary(), '-c', "$c->{dir}/heddle.yaml");
	my $warning = qr/^\S+:2:7: warning: user: has no effect: heddle is not started as root$/m;
	my ($log, $said) = ("$c->{dir}/log", "$c->{dir}/said");
	my $pid = launch({ out => $log, err => $log }, @user, @heddle);
	ok(until_true(sub { Heddle::read_file($log) =~ /worker \S+ \(pid \d+\) started/ }, 20),
		'it starts');
	like(Heddle::read_file($log), $warning, '... and warns');
	kill 'TERM', $pid;
	is(reap($pid, 20), 0, '... and ends');
	$pid = launch({ out => $said, err => $said }, @user, @heddle, '-t', '--strict');
	is(reap($pid, 20), 0, '-t --strict is content');
	unlike(Heddle::read_file($said), $warning, '... since root may start it');
}
done_testing();
