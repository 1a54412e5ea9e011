# SPDX-License-Identifier: BSD-2-Clause
# More than 256 workers: clients in the socket of each of them are served.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use File::Basename qw(dirname);

plan(skip_all => 'needs /proc/net/tcp') if !-r '/proc/net/tcp';
plan(skip_all => 'too slow with sanitizers') if Heddle::sanitized();
use constant { WORKERS => 280, CLIENTS => 600 };
need_descriptors(CLIENTS + 100);

my $one = backend('named', name => 'one');
my $port = free_port;
my $h = heddle("workers: @{[WORKERS]}\nworker_sessions: 64\nmax_backends: 16\nmax_services: 16\n"
	. "services:\n  web: {listen: \"127.0.0.1:$port\", backends: [\"${\$one->address}\"]}\n");
my $hex = sprintf ':%04X', $port;
my @sockets = grep { (split)[1] =~ /$hex$/ && (split)[3] eq '0A' }
	split /\n/, Heddle::read_file('/proc/net/tcp');
my $config = dirname(Heddle::binary()) . '/config.h';	# without SO_REUSEPORT they share one
my $shared = -r $config && Heddle::read_file($config) !~ /^#define HAVE_SO_REUSEPORT/m;
is(scalar @sockets, $shared ? 1 : WORKERS, 'a socket for each worker');
my @clients = map { client($port) // die "connect: $!" } 1 .. CLIENTS;
$_->send("x\n") for @clients;
is(scalar(grep { ($_->line // '') eq 'one x' } @clients), CLIENTS, 'all clients are served');
@clients = ();
$h->finish(seconds => 60);
done_testing();
