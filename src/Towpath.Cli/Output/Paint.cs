namespace Towpath.Cli.Output;

/// <summary>Colours where they are wanted. Red means an error and nothing else; whatever a colour says stands in the text, too.</summary>
internal readonly record struct Paint(bool On)
{
    public string Red(string text) => Wrap(31, text);

    public string Green(string text) => Wrap(32, text);

    public string Yellow(string text) => Wrap(33, text);

    public string Bold(string text) => Wrap(1, text);

    public string Faint(string text) => Wrap(2, text);

    private string Wrap(int code, string text) => On ? $"\e[{code}m{text}\e[0m" : text;
}
