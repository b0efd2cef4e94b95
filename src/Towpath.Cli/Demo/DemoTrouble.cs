namespace Towpath.Cli.Demo;

/// <summary>The story cannot go on: a tool is missing, the control plane did not start or refused what should work.</summary>
internal sealed class DemoTrouble(string message) : Exception(message)
{
    public DemoTrouble() : this("the demo cannot go on")
    {
    }
}
