# SPDX-License-Identifier: BSD-2-Clause
# tcp_fallback's command line: Go's flags, the exit codes, and the YAML that it stands for.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::OldProgram;

my @addresses = qw(127.0.0.1:3306 10.0.0.1:3306 10.0.0.2:3306);

sub refused {
	my ($code, $pattern, @arguments) = @_;
	my ($status, $output) = old_command('tcp_fallback', @arguments);
	is($status, $code, "@arguments: exit $code");
	like($output, $pattern, '  with its words');
	like($output, qr/^Usage: tcp_fallback/m, '  and usage') if $code == 1;
}

refused(1, qr/^  -probe-delay duration\n/m);
refused(1, qr/\(default 15m0s\)/, '127.0.0.1:3306');
refused(0, qr/^Usage: /, '-h');
refused(2, qr/^flag provided but not defined: -nosuch\nUsage/, '-nosuch', @addresses);
refused(2, qr/^invalid value "5" for flag -timeout: parse error\n/, '-timeout=5', @addresses);
refused(2, qr/^invalid boolean value "maybe" for -quiet: parse/, '-quiet=maybe', @addresses);
refused(2, qr/^flag needs an argument: -logfile\n/, '-logfile');
refused(2, qr/perf record/, '-cpuprofile', 'x.prof', @addresses);

my ($bad, $told) = old_command('tcp_fallback', '-dns-servers=db1', @addresses);
is($bad, 1, '-dns-servers with a name: exit 1');
like($told, qr/"db1" is not the IP address of a DNS server/, '  with its words');

# What a command line becomes: every flag in every form, and it passes -t.
sub yaml {
	my ($status, $output) = old_command('tcp_fallback', '--print', @_);
	is($status, 0, "--print @_") or diag($output);
	my $dir = File::Temp->newdir;
	Heddle::write_file("$dir/heddle.yaml", $output);
	my $pid = launch({ out => "$dir/out", err => "$dir/out" },
		Heddle::binary(), '-t', '-c', "$dir/heddle.yaml");
	is(reap($pid, 10), 0, '  passes -t') or diag($output, Heddle::read_file("$dir/out"));
	return $output;
}

my $plain = yaml(@addresses);
like($plain, qr/^workers: 4\n/m, 'four workers');
like($plain, qr/^    balance: first\n/m, 'the order counts');
like($plain, qr/connect_timeout: 5s/, 'five seconds to connect');
like($plain, qr/passive: .*retry: 30s/, 'half a minute between probes');
like($plain, qr/stats: 15m/, 'STATS every quarter of an hour');
like($plain, qr/backends:\n\s+- "10.0.0.1:3306"\n\s+- "10.0.0.2:3306"\n/, 'the backends in order');

my $all = yaml('-debug', '-maxthreads', '2', '-probe-delay=1m30s', '--stats=1.5h', '-timeout',
	'300us', '-logfile', 'fallback.log', ':3305', 'localhost:3306', ':3307', ':3307');
like($all, qr/^workers: 2\n/m, '-maxthreads');
like($all, qr/level: debug/, '-debug');
like($all, qr{to: "/.*/fallback\.log"}, '-logfile, made absolute');
like($all, qr/retry: 1m30s/, '-probe-delay');
like($all, qr/^      - "localhost:3306"$/m, 'a name stays a name');
like($all, qr/connect_timeout: 1ms/, 'a timeout below what we count in');
is(() = $all =~ /127\.0\.0\.1:3307/g, 1, 'a remote given twice counts once');
unlike($all, qr/^resolver:/m, 'the DNS servers are those of the system');
like(yaml('-dns-servers=10.0.0.53,[fd00::53]:5353', '127.0.0.1:3306', 'DB1.example.net:3306', 'db2:https'),
	qr/^resolver:\n\ \ servers:\ \["10\.0\.0\.53",\ "\[fd00::53\]:5353"\]\n(?:.*\n)*
		^\ +-\ \{name:\ "DB1\.example\.net:3306",\ address:\ "db1\.example\.net:3306"\}\n
		^\ +-\ "db2:443"\ \ \#\ db2:https\n/mx, '-dns-servers, names, and the name of a port');
like(yaml('-quiet', '-syslog', @addresses), qr/to: none/, '-quiet before -syslog');
like(yaml('-syslog', '-logfile=x', @addresses), qr/to: syslog/, '-syslog before -logfile');
done_testing();
