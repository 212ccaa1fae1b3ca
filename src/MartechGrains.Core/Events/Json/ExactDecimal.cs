using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace MartechGrains.Core.Events.Json;

/// <summary>
/// A JSON number read from its text, exactly: significant digits times a power of ten. No floating point anywhere.
/// </summary>
internal readonly struct ExactDecimal
{
    private const int MaxExponent = 1_000_000;
    private const int MaxPlainLength = 40;
    private const int MaxLongDigits = 18;
    private readonly byte[] _digits;
    private readonly int _exponent;

    private ExactDecimal(bool isNegative, byte[] digits, int exponent)
    {
        IsNegative = isNegative;
        _digits = digits;
        _exponent = exponent;
    }

    /// <summary>Whether it is below zero; never for zero.</summary>
    public bool IsNegative { get; }

    /// <summary>Reads the text of a JSON number. False only where its exponent is beyond all bounds.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ExactDecimal value)
    {
        value = default;
        var exponent = 0;
        var marker = text.IndexOfAny((byte)'e', (byte)'E');
        if (marker >= 0)
        {
            var power = text[(marker + 1)..];
            if (power.Length > 0 && power[0] == (byte)'+')
                power = power[1..];
            if (!Utf8Parser.TryParse(power, out exponent, out var read) || read != power.Length
                || exponent is < -MaxExponent or > MaxExponent)
                return false;
            text = text[..marker];
        }

        var isNegative = text.Length > 0 && text[0] == (byte)'-';
        if (isNegative)
            text = text[1..];
        var point = text.IndexOf((byte)'.');
        var digits = new byte[text.Length - (point < 0 ? 0 : 1)];
        if (point < 0)
        {
            text.CopyTo(digits);
        }
        else
        {
            text[..point].CopyTo(digits);
            text[(point + 1)..].CopyTo(digits.AsSpan(point));
            exponent -= text.Length - point - 1;
        }

        var leading = digits.AsSpan().IndexOfAnyExcept((byte)'0');
        if (leading < 0)
        {
            value = new ExactDecimal(false, [], 0);
            return true;
        }

        var trailing = digits.Length - 1 - digits.AsSpan().LastIndexOfAnyExcept((byte)'0');
        value = new ExactDecimal(isNegative, digits[leading..^trailing], exponent + trailing);
        return true;
    }

    /// <summary>
    /// The number times ten to the power of <paramref name="scale"/>, rounded half to even to a whole number. False
    /// where that needs more than 18 digits.
    /// </summary>
    /// <param name="scale">Decimal places to keep.</param>
    /// <param name="value">The whole number.</param>
    /// <param name="isRounded">Whether anything was lost.</param>
    public bool TryScale(int scale, out long value, out bool isRounded)
    {
        value = 0;
        isRounded = false;
        if (_digits.Length == 0)
            return true;
        var kept = _digits.Length + _exponent + scale;
        if (kept > MaxLongDigits)
            return false;
        for (var i = 0; i < kept; i++)
            value = (value * 10) + (i < _digits.Length ? _digits[i] - '0' : 0);
        if (kept < _digits.Length)
        {
            isRounded = true;
            if (RoundsUp(kept, value))
                value++;
        }

        if (IsNegative)
            value = -value;
        return true;
    }

    private bool RoundsUp(int kept, long value)
    {
        if (kept < 0)
            return false;
        var next = _digits[kept];
        if (next != (byte)'5')
            return next > (byte)'5';
        return kept + 1 < _digits.Length || (value & 1) == 1;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new ArrayBufferWriter<byte>();
        WriteTo(text);
        return Encoding.ASCII.GetString(text.WrittenSpan);
    }

    /// <summary>
    /// Writes the one spelling that equal numbers share: plain where that is short, else digits and exponent.
    /// </summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        if (_digits.Length == 0)
        {
            output.Write("0"u8);
            return;
        }

        if (IsNegative)
            output.Write("-"u8);
        var point = _digits.Length + _exponent;
        if (Math.Max(point, _digits.Length) > MaxPlainLength || point < -MaxPlainLength + _digits.Length)
        {
            output.Write(_digits);
            output.Write("e"u8);
            Span<byte> power = stackalloc byte[16];
            Utf8Formatter.TryFormat(_exponent, power, out var length);
            output.Write(power[..length]);
            return;
        }

        WritePlain(output, point);
    }

    private void WritePlain(IBufferWriter<byte> output, int point)
    {
        if (point <= 0)
        {
            output.Write("0."u8);
            for (var i = point; i < 0; i++)
                output.Write("0"u8);
            output.Write(_digits);
        }
        else if (point >= _digits.Length)
        {
            output.Write(_digits);
            for (var i = _digits.Length; i < point; i++)
                output.Write("0"u8);
        }
        else
        {
            output.Write(_digits.AsSpan(0, point));
            output.Write("."u8);
            output.Write(_digits.AsSpan(point));
        }
    }
}
