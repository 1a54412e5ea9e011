# SPDX-License-Identifier: BSD-2-Clause
# heddle's own files that are each other: a log in the pid file (whose lock would be lost) or in
# the configuration, a listener in the place of the control socket; and a pid file whose control
# socket has no room.
use FindBin;
use lib "$FindBin::Bin/../lib";
use Heddle::Test;

my $h = Heddle->prepare('');
my $dir = $h->dir;
mkdir "$dir/folder";
symlink '.', "$dir/same";
symlink 'heddle.yaml', "$dir/link.log";
Heddle::write_file("$dir/part.yaml", "defaults: {balance: first}\n");

my $long = 'x' x 120;
my @wrong = (
	"log: {to: $dir/heddle.pid}" => 'log: DIR/heddle.pid is the pid file already',
	"log: DIR/same/heddle.pid" => 'log: DIR/same/heddle.pid is the pid file already',
	'log: DIR/heddle.sock' => 'log: DIR/heddle.sock is the control socket already',
	'access_log: DIR/heddle.yaml' =>
		'access_log: DIR/heddle.yaml is a file of the configuration already',
	'access_log: DIR/link.log' =>
		'access_log: DIR/link.log is a file of the configuration already',
	"include: part.yaml\nlog: DIR/part.yaml" =>
		'log: DIR/part.yaml is a file of the configuration already',
	'services: {web: {listen: ":1", backends: [], access_log: DIR/heddle.pid}}' =>
		'services.web.access_log: DIR/heddle.pid is the pid file already',
	'services: {web: {listen: "unix:DIR/heddle.sock", backends: []}}' =>
		'services.web.listen: DIR/heddle.sock is the control socket already',
	'caches: {a: {persist: DIR/items}, b: {persist: DIR/same/items}}' =>
		'caches.b.persist: DIR/same/items is the file that caches.a persists in already',
	'caches: {a: {persist: DIR/items}, b: {persist: DIR/items.new}}' =>
		'caches.b.persist: DIR/items.new is the next file that caches.a persists in already',
	'caches: {a: {persist: DIR/items, file: DIR/items}}' =>
		'caches.a.file: DIR/items is the file that caches.a persists in already',
	'caches: {a: {persist: DIR/heddle.yaml}}' =>
		'caches.a.persist: DIR/heddle.yaml is a file of the configuration already',
	"state: DIR/items\ncaches: {a: {persist: DIR/items}}" =>
		'caches.a.persist: DIR/items is the state file already',
	"access_log: DIR/items\ncaches: {a: {persist: DIR/items}}" =>
		'access_log: DIR/items is the file that caches.a persists in already',
	'caches: {a: {persist: DIR/link.log}}' =>
		'caches.a.persist: DIR/link.log is a symbolic link; write the path that it leads to',
	'caches: {a: {persist: DIR/nowhere/items}}' =>
		'caches.a.persist: folder DIR/nowhere: No such file or directory',
	'pid_file: DIR/heddle.yaml' =>
		'pid_file: DIR/heddle.yaml is a file of the configuration already',
	"pid_file: DIR/$long.pid" =>
		"pid_file: the path of the control socket beside DIR/$long.pid is longer than 107",
);
while (my ($yaml, $message) = splice @wrong, 0, 2) {
	s/DIR/$dir/g for $yaml, $message;
	Heddle::write_file($h->{file}, $yaml =~ /pid_file/ ? $yaml
		: "$yaml\npid_file: $dir/heddle.pid\n");
	my ($code, $out) = $h->command('-t');
	is($code, 1, $message);
	like($out, qr/error: \Q$message\E/, '... is told');
}
Heddle::write_file($h->{file}, "pid_file: $dir/heddle.pid\nlog: $dir/folder/heddle.pid\n"
	. "services: {web: {listen: \"unix:$dir/folder/heddle.sock\", backends: []}}\n");
is(($h->command('-t'))[0], 0, 'the same names in another folder are others');
done_testing();
