using Towpath.Cli.Output;

namespace Towpath.Cli.Demo;

/// <summary>Tells the story on stderr and keeps every statement of it with what was found.</summary>
internal sealed class Narrator(Terminal terminal)
{
    private readonly List<DemoCheck> _checks = [];
    private int _chapter;

    public IReadOnlyList<DemoCheck> Checks => _checks;

    public bool AllCameTrue => _checks.Count > 0 && _checks.All(c => c.Ok);

    public void Say(string text) => terminal.Progress($"   {text}");

    public void Chapter(string title)
    {
        terminal.Progress("");
        terminal.Heading($"{++_chapter}  {title}");
    }

    public void Check(string what, bool ok, string found)
    {
        _checks.Add(new DemoCheck(what, ok, found));
        terminal.Statement(ok, what, found);
    }
}
