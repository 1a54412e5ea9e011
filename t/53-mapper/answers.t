# SPDX-License-Identifier: BSD-2-Clause
# What a script may return, in both languages, and which node a request then goes to. The first two
# are the examples of uWSGI's documentation, with the address of a node that is there.
use FindBin; use lib "$FindBin::Bin/../lib";
use Heddle::Test;
use Heddle::Script qw(scripted script_missing);

my %scripts = (python => <<'PYTHON', lua => <<'LUA');
import uwsgi

table = {'in.table': '$NODE,6', b'in.bytes': '$NODE,8'}

def get(key):
    if key == 'one': return '$NODE'
    if key == 'modifiers': return '$NODE,5,9'
    if key == b'bytes': return b'$NODE,7'
    if key == 'list': return '$DEAD|$DEAD,1|$NODE,3,4'
    if key == 'dead': return '$DEAD'
    if key == 'blank': return '|$NODE|'
    if key == 'none': return None
    if key == 'empty': return ''
    if key == 'range': return '$NODE,256'
    if key == 'word': return 'nonsense'
    if key == 'half': return 'nonsense|$NODE,2'
    if key.startswith('decoded'): return key.decode().replace('decoded-', '127.0.0.1:')
    if key.endswith('\udcff'): return '$NODE,1'
    return table.get(key)
PYTHON
table = {['in.table'] = '$NODE,6', ['in.bytes'] = '$NODE,8'}

function get(key)
	if key == 'one' then return '$NODE' end
	if key == 'modifiers' then return '$NODE,5,9' end
	if key == 'bytes' then return '$NODE,7' end
	if key == 'list' then return '$DEAD|$DEAD,1|$NODE,3,4' end
	if key == 'dead' then return '$DEAD' end
	if key == 'blank' then return '|$NODE|' end
	if key == 'none' then return nil end
	if key == 'empty' then return '' end
	if key == 'range' then return '$NODE,256' end
	if key == 'word' then return 'nonsense' end
	if key == 'half' then return 'nonsense|$NODE,2' end
	if key:sub(1, 7) == 'decoded' then return (key:gsub('decoded%-', '127.0.0.1:')) end
	if key:sub(-1) == '\xff' then return '$NODE,1' end
	return table[key]
end
LUA
my %documented = (python => "def get(k):\n    return '\$NODE'\n", lua => "function get(key)\n    return '\$NODE'\nend\n");
my %end = (python => 'py', lua => 'lua');

for my $language (sort keys %scripts) {
	my $missing = script_missing($language);
	subtest($language => sub {
		plan(skip_all => $missing) if $missing;
		my $m = scripted(script => "{file: get.$end{$language}, limit: 5s}", files => {
			"get.$end{$language}" => $scripts{$language}, 'doc' => $documented{$language} },
			more => "      - {name: documented, script: {language: $language, file: doc, limit: 5s}, for: failed}\n");
		is($m->ask('range'), 'node 0/0', 'a modifier that is none: the next route, the script of the documentation');
		ok($m->wait_log(qr/web: route script: modifier 256 is no number from 0 to 255/), '... is told');
		is($m->ask('word'), 'node 0/0', 'an address that is none');
		is($m->ask('one'), 'node 0/0', 'an address');
		is($m->ask('modifiers'), 'node 5/9', '... with modifiers');
		is($m->ask('bytes'), 'node 7/0', 'bytes');
		is($m->ask('in.table'), 'node 6/0', 'looked up in a table');
		is($m->ask('in.bytes'), 'node 8/0', '... whose keys are bytes');
		is($m->ask('list'), 'node 3/4', 'several: those that refuse are passed over');
		is($m->ask('blank'), 'node 0/0', 'empty members are left out');
		is($m->ask($_), 'unknown', "$_: the key is unknown") for qw(none empty elsewhere);
		is($m->ask('half'), 'node 2/0', 'a member that is none is passed over');
		is($m->ask("decoded-${\$m->{node}->port}"), 'node 0/0', 'made of the key');
		is($m->ask("byte\xff"), 'node 1/0', 'a key that is no UTF-8');
		is($m->ask('dead'), 'node 0/0', 'a node that refuses');
		$m->running->finish;
	});
}
done_testing();
