# SPDX-License-Identifier: BSD-2-Clause
# -s reaches the heddle that is meant or says why not: with files that are missing or broken.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

on_each_event(sub {
	my $one = backend('named', name => 'one');
	my $port = free_port;
	my $services = "services:\n"
		. "  web: {listen: \"127.0.0.1:$port\", backends: [\"${\$one->address}\"]}\n";
	my $h = heddle($services);
	my ($file, $dir) = ($h->{file}, $h->dir);
	my $whole = Heddle::read_file($file);
	# -s reopen tells whether the one that runs is found
	my $found = sub {
		my ($what, $code, $pattern, @options) = @_;
		my ($got, $out) = $h->command(@options, '-s', 'reopen');
		is($got, $code, $what) or diag($out);
		like($out, $pattern, '... which says so');
	};
	my $broken = sub { Heddle::write_file($file, $_[0]) };

	$found->('a file that is right', 0, qr/^$/);
	$broken->("balence: first\n$whole");
	$found->('a wrong key', 0, qr/^$/);
	$broken->("services: [}\n$whole");
	$found->('broken YAML that names the pid file', 0, qr/^$/);
	$broken->("{\n  \"services\": [},\n  \"pid_file\": \"$dir/heddle.pid\",\n}\n");
	$found->('broken JSON', 0, qr/^$/);
	$broken->("include: other.yaml\nbalence: first\n");
	Heddle::write_file("$dir/other.yaml", "pid_file: heddle.pid\n");
	$found->('a wrong key, and an included file names it', 0, qr/^$/);
	$broken->("include: other.yaml\nservices: [}\n");
	$found->('broken YAML that includes', 1, qr{does not tell which});
	$found->('... with -g', 0, qr/^$/, '-g', "pid_file: $dir/heddle.pid");
	$broken->("pid_file: \${NOWHERE}/heddle.pid\nservices: [}\n");
	$found->('a variable that is not set', 1, qr/does not tell which heddle is meant/);
	unlink $file;
	$found->('no file', 1, qr/heddle\.yaml.*No such file.*does not tell which/s);
	mkdir $file;
	$found->('a folder', 1, qr/is a folder/);
	rmdir $file;
	$found->('no file, with -g', 0, qr/^$/, '-g', "pid_file: $dir/heddle.pid");

	is(who($port), 'one', 'it runs on');
	$found->('no file, -p', 1, qr/does not tell which/, '-p', $dir);
	Heddle::write_file($file, $whole);
	is(($h->command('-s', 'stop'))[0], 0, '-s stop');
	is($h->ended, 0, '... stops it');
	$found->('nobody runs', 7, qr/not running \(pid file \Q$dir\E/);
	$h->finish(stopped => 1);
});
