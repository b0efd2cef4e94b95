using System.Text;

namespace Towpath.Engine.Storage.Postgres;

/// <summary>How notices travel: the sender's id on the first line, then one <c>topic subject</c> a line, at most 8000 bytes (PostgreSQL, NOTIFY).</summary>
internal static class Notices
{
    public const string Channel = "towpath";
    private const int Most = 7900;

    public static IEnumerable<string> Pack(string sender, IEnumerable<ChangeNotice> notices)
    {
        var text = new StringBuilder(sender);
        foreach (var notice in notices)
        {
            var line = $"\n{notice.Topic} {notice.Subject}";
            if (Encoding.UTF8.GetByteCount(line) > Most / 2) continue;
            if (text.Length + line.Length > Most / 3)
            {
                yield return text.ToString();
                text.Clear().Append(sender);
            }

            text.Append(line);
        }

        if (text.Length > sender.Length) yield return text.ToString();
    }

    public static IEnumerable<ChangeNotice> Unpack(string payload, string self)
    {
        var lines = payload.Split('\n');
        if (string.Equals(lines[0], self, StringComparison.Ordinal)) yield break;
        foreach (var line in lines.Skip(1))
            if (line.IndexOf(' ', StringComparison.Ordinal) is var space and > 0) yield return new ChangeNotice(line[..space], line[(space + 1)..]);
    }
}
