namespace Towpath.Aws.Bootstrap.Policies;

/// <summary>The lines that go and come from one text to another, with what stays between them.</summary>
public static class TextDiff
{
    public static IReadOnlyList<string> Of(string before, string after)
    {
        var (a, b) = (before.ReplaceLineEndings("\n").Split('\n'), after.ReplaceLineEndings("\n").Split('\n'));
        var common = Lengths(a, b);
        var lines = new List<string>();
        var (i, j) = (0, 0);
        while (i < a.Length || j < b.Length)
        {
            if (i < a.Length && j < b.Length && a[i] == b[j])
            {
                lines.Add("  " + a[i]);
                (i, j) = (i + 1, j + 1);
            }
            else if (j == b.Length || (i < a.Length && common[i + 1, j] >= common[i, j + 1])) lines.Add("- " + a[i++]);
            else lines.Add("+ " + b[j++]);
        }

        return lines;
    }

    /// <summary>How many lines the rests of both texts have in common, from each pair of places on.</summary>
    private static int[,] Lengths(string[] a, string[] b)
    {
        var common = new int[a.Length + 1, b.Length + 1];
        for (var i = a.Length - 1; i >= 0; i--)
            for (var j = b.Length - 1; j >= 0; j--)
                common[i, j] = a[i] == b[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        return common;
    }
}
