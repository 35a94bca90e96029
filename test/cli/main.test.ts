import { runCommand } from './run-command.ts';

describe('the command line', () => {
  it('shows every command and the exit codes with --help', async () => {
    const { code, out } = await runCommand(['--help']);
    expect(code).toBe(0);
    for (const text of ['local', 'events', 'alerts list', 'rules list', 'Exit codes: 0 ok'])
      expect(out).toContain(text);
  });

  it('says its version', async () => {
    expect(await runCommand(['--version'])).toEqual({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      err: '',
    });
  });

  it('shows them without a command as well, as a usage error', async () => {
    const { code, out } = await runCommand([]);
    expect(code).toBe(2);
    expect(out).toContain('netbird-alerts local --demo --once');
  });

  it.each(['local', 'events', 'alerts list', 'rules list'])('explains %s and each of its options', async (name) => {
    const { code, out } = await runCommand([...name.split(' '), '--help']);
    expect(code).toBe(0);
    expect(out).toContain(`Usage: netbird-alerts ${name} `);
    expect(out).toContain('--output');
  });

  it.each([
    [['lcoal'], 'Unknown command lcoal.', 'Did you mean `netbird-alerts local`?'],
    [['event'], 'Unknown command event.', 'Did you mean `netbird-alerts events`?'],
    [['alerts', 'lst'], 'Unknown command alerts lst.', 'Did you mean `netbird-alerts alerts list`?'],
    [['alerts'], 'alerts needs to know what to do.', 'Write alerts list'],
    [['constructor'], 'Unknown command constructor.', '--help'],
    [['events', '--actr', 'x'], 'Unknown option --actr.', 'Did you mean --actor?'],
    [['events', '--toString'], 'Unknown option --toString.', 'events --help'],
    [['events', '--data'], '--data needs a value.', '--data DIR'],
    [['events', '--data', '--since', '2h'], '--data needs a value.', '--data DIR'],
    [['events', '--output', 'jsn'], '--output cannot be jsn.', 'Did you mean json?'],
    [['events', 'stray'], '"stray" is one word too many.', 'events --help'],
    [['local', '--once=yes'], '--once takes no value.', 'local --help'],
    [['events'], 'Which store? --data DIR is missing.', 'local --data DIR'],
    [['events', '--data', '/nowhere/at/all'], 'There is no store in /nowhere/at/all.', 'run that first'],
    [['events', '--data', '.', '--since', 'soon'], '--since cannot be soon.', '2h'],
  ])('ends %j with exit code 2, says what is wrong and what to do', async (words, message, hint) => {
    const { code, out, err } = await runCommand(words);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain(message);
    expect(err).toContain(hint);
  });

  it('prints no control character of what it was given', async () => {
    const { err } = await runCommand(['\u001b[31mred']);
    expect(err).toContain('\\u001b[31mred');
    expect(err).not.toContain('\u001b');
  });
});
