using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Towpath.Core;

namespace Towpath.Cli.Output;

/// <summary>Results go to stdout, everything that is said to people to stderr. Nothing is animated: lines are appended.</summary>
internal sealed class Terminal(TextWriter output, TextWriter error, bool json, Paint outputPaint, Paint errorPaint)
{
    /// <summary>EPIPE on Linux and macOS.</summary>
    public const int BrokenPipe = 32;

    public bool Json => json;

    /// <summary>Colours for lines on stdout.</summary>
    public Paint Paint => outputPaint;

    /// <summary>Not <see cref="Console"/>'s own, which send a terminal control codes of their own when they are first used.</summary>
    public static TextWriter StandardOutput { get; } = Open(1);

    private static TextWriter StandardError { get; } = Open(2);

    public static Terminal OfProcess(bool json, bool noColor)
    {
        var plain = noColor
            || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 }
            || string.Equals(Environment.GetEnvironmentVariable("TERM"), "dumb", StringComparison.Ordinal);
        return new Terminal(
            StandardOutput, StandardError, json, new Paint(!plain && !Console.IsOutputRedirected), new Paint(!plain && !Console.IsErrorRedirected));
    }

    public void Result<T>(T value, JsonTypeInfo<T> type, Action<TextWriter> plain)
    {
        if (json) WriteJson(value, type);
        else plain(output);
        output.Flush();
    }

    /// <summary>Text that is a result as it is, such as an exported file.</summary>
    public TextWriter Output => output;

    public void Progress(string text) => error.WriteLine(Clean(text));

    public void Heading(string text) => error.WriteLine(errorPaint.Bold(Clean(text)));

    /// <summary>Something that was checked: a sign and a word, never a colour alone.</summary>
    public void Statement(bool holds, string what, string found) =>
        error.WriteLine($"   {(holds ? errorPaint.Green("✓") : errorPaint.Red("✗ not so:"))} {Clean(what)} {errorPaint.Faint($"({Clean(found)})")}");

    public void Hint(string text) => error.WriteLine(errorPaint.Faint(Clean(text)));

    public void Warn(string text) => error.WriteLine($"{errorPaint.Bold("warning:")} {Clean(text)}");

    public void Fail(Failure failure)
    {
        if (json)
            WriteJson(new FailureView(failure.Body), CliJson.Default.FailureView);
        error.WriteLine($"{errorPaint.Red("error:")} {Clean(failure.Message)}");
        foreach (var specError in failure.Errors ?? []) error.WriteLine($"  {Clean(specError.ToString())}");
        if (failure.Gates is { } gates) new GateTree(errorPaint).Write(error, gates);
        if (failure.WhatToDo is { } whatToDo) error.WriteLine(errorPaint.Faint(Clean(whatToDo)));
        error.Flush();
    }

    /// <summary>Text from elsewhere (commit messages, log lines) must neither steer the terminal nor write lines that pass for our own.</summary>
    public static string Clean(string text) => CleanLines(text).Replace('\n', ' ').Replace('\t', ' ');

    /// <summary>For what is shown whole, such as a payload: its lines and tabs stay.</summary>
    public static string CleanLines(string text) =>
        text.Any(Steers) ? string.Concat(text.Where(c => !Steers(c))) : text;

    private static bool Steers(char c) => c is not ('\n' or '\t') && PlainText.Steers(c);

    public static bool IsBrokenPipe(IOException exception) => exception.HResult == BrokenPipe;

    private static StreamWriter Open(int descriptor) => new(new DescriptorStream(descriptor), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };

    private void WriteJson<T>(T value, JsonTypeInfo<T> type) => output.WriteLine(Encoding.UTF8.GetString(ToUtf8(value, type)));

    private static byte[] ToUtf8<T>(T value, JsonTypeInfo<T> type)
    {
        var buffer = new ArrayBufferWriter<byte>();
        // For people and pipes, not for HTML: quotes and angle brackets stay as they are; control characters are escaped all the same.
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            JsonSerializer.Serialize(writer, value, type);
        return buffer.WrittenSpan.ToArray();
    }
}
