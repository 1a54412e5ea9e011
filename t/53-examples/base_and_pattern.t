# SPDX-License-Identifier: BSD-2-Clause
# Way 1, --fastrouter-use-base, and way 2, --fastrouter-use-pattern: a request for a host goes to the
# unix socket that has its name.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Example qw(example_missing example_app example_router example_ask);
use Heddle::Nginx qw(nginx);

plan(skip_all => example_missing()) if example_missing();

my $dir = File::Temp->newdir('heddle-example-XXXXXX', TMPDIR => 1);
chmod 0755, $dir;
mkdir "$dir/$_" for 'sockets', 'patterns', map { "patterns/$_" } qw(pattern.com other.com late.com);

sub requests {
	my ($what, $option, %app) = @_;
	my $port = free_port;
	my $router = example_router('--fastrouter', "127.0.0.1:$port", @$option);
	my $web = nginx(["127.0.0.1:$port"]);
	my @apps = map { example_app($_, address => $app{$_}) } sort keys %app;
	for my $host (sort keys %app) {
		is(example_ask($web, $host), "$host $host 0", "$what: $host");
		my ($status, $body) = $web->ask("POST / HTTP/1.1\r\nHost: $host\r\nConnection: close\r\n"
			. "Content-Length: 70000\r\n\r\n" . 'x' x 70_000);
		is($body, "$host $host 70000", '... with a body');
	}
	is(example_ask($web, 'late.com'), 502, 'a site that is not there: the connection is closed');
	my ($host, $path) = %app;
	my $late = example_app('late', address => $path =~ s/\Q$host\E/late.com/r);
	is(example_ask($web, 'late.com'), 'late late.com 0', '... its instance starts: it is served');
	$web->stop;
	$router->finish;
}

requests('base', ['--fastrouter-use-base', "$dir/sockets/"],
	'example.com' => "$dir/sockets/example.com", 'unbit.it' => "$dir/sockets/unbit.it");
requests('pattern', ['--fastrouter-use-pattern', "$dir/patterns/%s/uwsgi.sock"],
	'pattern.com' => "$dir/patterns/pattern.com/uwsgi.sock", 'other.com' => "$dir/patterns/other.com/uwsgi.sock");
done_testing();
