// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/file.h"
#include "core/base/result.h"
#include "core/picture/palette.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace continuo {

struct Point
{
    double x = 0;
    double y = 0;
    friend bool operator==(const Point&, const Point&) = default;
};

/// A filled rectangle, its corners rounded by `radius`. Thin grid lines are boxes too, so that they stay crisp.
struct Box
{
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;
    Colour fill{};
    double radius = 0;
    friend bool operator==(const Box&, const Box&) = default;
};

/// A line through points.
struct Stroke
{
    std::vector<Point> points{};
    Colour colour{};
    double width = 1;
    bool isDashed = false;
    friend bool operator==(const Stroke&, const Stroke&) = default;
};

/// A filled circle with a rim.
struct Ring
{
    Point centre{};
    double radius = 4;
    Colour fill{};
    Colour rim{};
    double rimWidth = 2;
    friend bool operator==(const Ring&, const Ring&) = default;
};

enum class Anchor
{
    Start,
    Middle,
    End
};

/// One line of text; `at` is on its baseline, at its start, middle or end.
struct Words
{
    Point at{};
    std::string text{}; ///< UTF-8; malformed bytes are shown as U+FFFD.
    Colour colour{};
    double size = 11; ///< Pixels.
    Anchor anchor = Anchor::Start;
    bool isBold = false;
    friend bool operator==(const Words&, const Words&) = default;
};

using Shape = std::variant<Box, Stroke, Ring, Words>;

/// A drawing as a value: shapes in the order of painting, in pixels from the top left corner.
struct Picture
{
    double width = 0;
    double height = 0;
    std::vector<Shape> shapes{};

    friend bool operator==(const Picture&, const Picture&) = default;
};

/// How wide a line of text is, in pixels.
double textWidth(std::string_view text, double size, bool isBold = false);

/// `text`, or its beginning and an ellipsis where it is wider than `width`.
std::string textWithin(std::string_view text, double width, double size, bool isBold = false);

/// Several pictures under each other, as wide as the widest.
Picture stacked(const std::vector<Picture>& pictures);

/// The picture as a PNG file, `scale` pixels for each pixel of the drawing.
/// Errors (Failed): picture.too-large (over 32,767 pixels a side), picture.failed.
Result<std::vector<std::uint8_t>> pngBytes(const Picture& picture, double scale = 2);

/// The picture as an SVG file; its text is drawn as outlines, so that it looks the same everywhere. Errors as above.
Result<std::vector<std::uint8_t>> svgBytes(const Picture& picture);

/// Writes a .png or .svg, by the ending of the name, whole or not at all.
/// Errors: picture.unknown-kind (Usage), those of pngBytes() and those of writeFile().
Status writePicture(const std::filesystem::path& path, const Picture& picture, Overwrite overwrite, double scale = 2);

} // namespace continuo
