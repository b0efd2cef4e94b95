namespace Towpath.Core;

/// <summary>Names one environment of one application, written <c>application/environment</c>. It is also the key of the environment's line.</summary>
public readonly record struct EnvironmentKey(string Application, string Environment)
{
    public override string ToString() => $"{Application}/{Environment}";
}
