using Towpath.Cli.Output;

namespace Towpath.Cli.Demo;

/// <summary>The end of the story, for people.</summary>
internal static class DemoText
{
    public static void Write(TextWriter output, Paint paint, DemoView view)
    {
        output.WriteLine();
        var table = new Table("ENVIRONMENT", "VERSION", "DIGEST", "SERVES");
        foreach (var (name, environment) in view.Environments)
            table.Add(name, environment.Version ?? "-", environment.Digest?.Short ?? "-", environment.Serves);
        if (view.Environments.Count > 0) table.Write(output, paint);
        output.WriteLine();
        if (view.Error is { } error) output.WriteLine($"{paint.Red("stopped:")} {Terminal.Clean(error)}");
        var wrong = view.Checks.Count(c => !c.Ok);
        output.WriteLine(view.Ok
            ? $"All {view.Checks.Count} statements were checked and held, in {view.Seconds:0.0} seconds."
            : $"{paint.Red("not as told:")} {wrong} of {view.Checks.Count} statements did not hold.");
        if (view.Kept is null) return;
        output.WriteLine($"Everything is in {view.Kept}");
        output.WriteLine($"Go on:   {view.GoOn}");
        output.WriteLine($"Log in:  {view.LogIn}");
    }
}
