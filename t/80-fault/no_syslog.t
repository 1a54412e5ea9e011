# SPDX-License-Identifier: BSD-2-Clause
# `log: syslog`, as in the file that is installed, where no daemon is: heddle says so, its lines
# go to standard error, and to the daemon once there is one. The test has a /dev of its own.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use File::Temp;
use IO::Socket::UNIX;
use Socket qw(SOCK_DGRAM);

my $unshare = program('unshare');
my $dev = File::Temp->newdir('heddle-dev-XXXXXX', TMPDIR => 1);
chmod 0755, $dev;
my @wrapper = ($unshare, '-m', '--propagation', 'private', 'sh', '-c', <<"SH", 'sh');
for name in null zero urandom; do
	: >>$dev/\$name && mount --bind /dev/\$name $dev/\$name || exit 77
done
mount --bind $dev /dev && exec "\$@"
SH
plan(skip_all => 'needs unshare -m, as root')
	if !$unshare || system(@wrapper, 'true');

my $one = backend('named', name => 'one');
my $port = free_port;
my $yaml = <<"YAML";
log: syslog
access_log: {to: syslog, format: text}
services:
  web: {listen: "127.0.0.1:$port", backends: [{address: "${\$one->address}"}]}
YAML
my $h = heddle($yaml, wrapper => \@wrapper);
my @start = split /\n/, $h->output;
like($start[0], qr/^heddle: warning: log: syslog .*No such file.*standard error/,
	'the start says that there is no daemon');
my $stderr = sub { my ($what) = @_; return $h->wait_for(sub { $h->output =~ $what }, 5, $what) };
ok($stderr->(qr/ notice master\[\d+\] heddle .*: 1 service/), 'lines are on standard error');
is(who($port), 'one', 'it serves');
ok($stderr->(qr/ backend=one |^.*web.*done/m), '... access lines, too');
is(scalar(() = $h->output =~ /syslog/g), 1, '... and that is said once');

# the daemon is started
my $daemon = IO::Socket::UNIX->new(Local => "$dev/log", Type => SOCK_DGRAM) or die "bind: $!";
chmod 0666, "$dev/log";
$daemon->blocking(0);
my $heard = '';
my $syslog = sub {
	my ($what) = @_;
	return $h->wait_for(sub {
		my $line;
		$heard .= "$line\n" while defined $daemon->recv($line, 8192) && $line ne '';
		return $heard =~ $what;
	}, 5, $what);
};
is(who($port), 'one', 'another client');
ok($syslog->(qr/^<30>.*heddle\[\d+\]: .*done/m), 'its line is in the log of the system');
ok($syslog->(qr/lines went to standard error/), '... and how many it does not have');
my $before = length $h->output;
is(($h->reload("$yaml  more: {listen: \"127.0.0.1:${\free_port}\", "
	. "backends: [\"${\$one->address}\"]}\n"))[0], 0, 'a reload');
ok($syslog->(qr/reload applied/), '... is told there');
is(length $h->output, $before, '... and nowhere else');

# and ends
close $daemon;
unlink "$dev/log";
is(who($port), 'one', 'a client after its end');
ok($stderr->(qr/ warn control\S* syslog cannot be reached.*standard error/), 'heddle tells');
is($h->stop, 0, 'it stops');
ok($stderr->(qr/ notice master\[\d+\] stopped/), 'the last line is on standard error');

# with -D nobody would see it
$h = Heddle->prepare($yaml);
my $pid = launch({ out => "$dev/out", err => "$dev/out" }, @wrapper, Heddle::binary(), '-D', '-c',
	$h->{file});
is(reap($pid, 20), 0, '-D starts');
like(Heddle::read_file("$dev/out"), qr/^heddle: warning: log: syslog .*lost/, '... and warns');
is(($h->command('-s', 'stop'))[0], 0, '... and stops');
done_testing();
