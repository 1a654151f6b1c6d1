// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/picture/picture.h"

#include "core/base/text.h"

#include <cairo-svg.h>
#include <cairo.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>

namespace continuo {

namespace {

constexpr double kLongestSide = 32'767; // Of a cairo image.

using Surface = std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)>;
using Context = std::unique_ptr<cairo_t, decltype(&cairo_destroy)>;

Surface owned(cairo_surface_t* surface)
{
    return {surface, &cairo_surface_destroy};
}

Context contextOf(const Surface& surface)
{
    return {cairo_create(surface.get()), &cairo_destroy};
}

void useFont(cairo_t* cairo, double size, bool isBold)
{
    cairo_select_font_face(cairo, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
                           isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cairo, size);
}

void useColour(cairo_t* cairo, Colour colour)
{
    cairo_set_source_rgba(cairo, colour.red / 255.0, colour.green / 255.0, colour.blue / 255.0, colour.alpha / 255.0);
}

/// Text a font can show: UTF-8 without line ends and other control characters.
std::string showable(std::string_view text)
{
    std::string result = repairedUtf8(text);
    std::replace_if(
        result.begin(), result.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    return result;
}

double widthOf(cairo_t* cairo, const std::string& text)
{
    cairo_text_extents_t extents{};
    cairo_text_extents(cairo, text.c_str(), &extents);
    return extents.x_advance;
}

/// A context that only measures.
class Measure
{
public:
    Measure(double size, bool isBold)
    {
        cairo_font_options_t* const options = cairo_font_options_create();
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
        cairo_set_font_options(m_context.get(), options);
        cairo_font_options_destroy(options);
        useFont(m_context.get(), size, isBold);
    }
    double operator()(const std::string& text) const { return widthOf(m_context.get(), text); }

private:
    Surface m_surface = owned(cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1));
    Context m_context = contextOf(m_surface);
};

class Painter
{
public:
    explicit Painter(cairo_t* cairo)
        : m_cairo(cairo)
    {
        // The same letters at every scale, and none squeezed onto whole pixels.
        cairo_font_options_t* const options = cairo_font_options_create();
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
        cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
        cairo_set_font_options(cairo, options);
        cairo_font_options_destroy(options);
    }

    void operator()(const Box& box) const
    {
        useColour(m_cairo, box.fill);
        if (box.radius <= 0) {
            cairo_rectangle(m_cairo, box.x, box.y, box.width, box.height);
        } else {
            constexpr double kQuarter = std::numbers::pi / 2;
            const double r = std::min({box.radius, box.width / 2, box.height / 2});
            cairo_new_sub_path(m_cairo);
            cairo_arc(m_cairo, box.x + box.width - r, box.y + r, r, -kQuarter, 0);
            cairo_arc(m_cairo, box.x + box.width - r, box.y + box.height - r, r, 0, kQuarter);
            cairo_arc(m_cairo, box.x + r, box.y + box.height - r, r, kQuarter, 2 * kQuarter);
            cairo_arc(m_cairo, box.x + r, box.y + r, r, 2 * kQuarter, 3 * kQuarter);
            cairo_close_path(m_cairo);
        }
        cairo_fill(m_cairo);
    }

    void operator()(const Stroke& stroke) const
    {
        if (stroke.points.empty())
            return;
        useColour(m_cairo, stroke.colour);
        cairo_set_line_width(m_cairo, stroke.width);
        cairo_set_line_join(m_cairo, CAIRO_LINE_JOIN_ROUND);
        cairo_set_line_cap(m_cairo, stroke.isDashed ? CAIRO_LINE_CAP_BUTT : CAIRO_LINE_CAP_ROUND);
        constexpr double kDashes[] = {5, 4};
        cairo_set_dash(m_cairo, kDashes, stroke.isDashed ? 2 : 0, 0);
        cairo_move_to(m_cairo, stroke.points.front().x, stroke.points.front().y);
        for (const Point& point : stroke.points)
            cairo_line_to(m_cairo, point.x, point.y);
        cairo_stroke(m_cairo);
    }

    void operator()(const Ring& ring) const
    {
        cairo_new_path(m_cairo);
        cairo_arc(m_cairo, ring.centre.x, ring.centre.y, ring.radius, 0, 2 * std::numbers::pi);
        useColour(m_cairo, ring.fill);
        cairo_fill_preserve(m_cairo);
        useColour(m_cairo, ring.rim);
        cairo_set_line_width(m_cairo, ring.rimWidth);
        cairo_set_dash(m_cairo, nullptr, 0, 0);
        cairo_stroke(m_cairo);
    }

    void operator()(const Words& words) const
    {
        const std::string text = showable(words.text);
        useFont(m_cairo, words.size, words.isBold);
        useColour(m_cairo, words.colour);
        const double width = words.anchor == Anchor::Start ? 0 : widthOf(m_cairo, text);
        cairo_move_to(m_cairo, words.at.x - (words.anchor == Anchor::Middle ? width / 2 : width), words.at.y);
        cairo_show_text(m_cairo, text.c_str());
        cairo_new_path(m_cairo);
    }

private:
    cairo_t* m_cairo;
};

Error failed(std::string_view why)
{
    return {ErrorKind::Failed, "picture.failed", fmt::format("The picture could not be drawn: {}.", why),
            {{"reason", std::string(why)}}};
}

Status paint(const Surface& surface, const Picture& picture, double scale)
{
    const Context context = contextOf(surface);
    cairo_scale(context.get(), scale, scale);
    const Painter painter(context.get());
    for (const Shape& shape : picture.shapes)
        std::visit(painter, shape);
    if (const cairo_status_t status = cairo_status(context.get()); status != CAIRO_STATUS_SUCCESS)
        return failed(cairo_status_to_string(status));
    return ok();
}

Status checkSize(const Picture& picture, double scale)
{
    const double width = std::ceil(picture.width * scale);
    const double height = std::ceil(picture.height * scale);
    if (width >= 1 && height >= 1 && width <= kLongestSide && height <= kLongestSide)
        return ok();
    return Error{ErrorKind::Failed, "picture.too-large",
                 fmt::format("A picture of {} × {} pixels cannot be drawn; a side has at most 32,767. Draw fewer bars.",
                             width, height),
                 {{"width", fmt::to_string(width)}, {"height", fmt::to_string(height)}}};
}

cairo_status_t appendBytes(void* bytes, const unsigned char* more, unsigned int count)
{
    auto& all = *static_cast<std::vector<std::uint8_t>*>(bytes);
    all.insert(all.end(), more, more + count);
    return CAIRO_STATUS_SUCCESS;
}

} // namespace

double textWidth(std::string_view text, double size, bool isBold)
{
    return Measure(size, isBold)(showable(text));
}

std::string textWithin(std::string_view text, double width, double size, bool isBold)
{
    const Measure measure(size, isBold);
    std::string shown = showable(text);
    if (measure(shown) <= width)
        return shown;
    while (!shown.empty()) {
        // One character less: its continuation bytes too.
        while (!shown.empty() && (static_cast<unsigned char>(shown.back()) & 0xc0U) == 0x80U)
            shown.pop_back();
        if (!shown.empty())
            shown.pop_back();
        if (measure(shown + "…") <= width)
            break;
    }
    return shown + "…";
}

Picture stacked(const std::vector<Picture>& pictures)
{
    Picture all;
    for (const Picture& picture : pictures) {
        for (Shape shape : picture.shapes) {
            const double down = all.height;
            if (auto* box = std::get_if<Box>(&shape))
                box->y += down;
            else if (auto* words = std::get_if<Words>(&shape))
                words->at.y += down;
            else if (auto* ring = std::get_if<Ring>(&shape))
                ring->centre.y += down;
            else
                for (Point& point : std::get<Stroke>(shape).points)
                    point.y += down;
            all.shapes.push_back(std::move(shape));
        }
        all.width = std::max(all.width, picture.width);
        all.height += picture.height;
    }
    return all;
}

Result<std::vector<std::uint8_t>> pngBytes(const Picture& picture, double scale)
{
    if (auto fits = checkSize(picture, scale); !fits)
        return fits.error();
    const Surface surface = owned(cairo_image_surface_create(CAIRO_FORMAT_RGB24,
                                                             static_cast<int>(std::ceil(picture.width * scale)),
                                                             static_cast<int>(std::ceil(picture.height * scale))));
    if (auto painted = paint(surface, picture, scale); !painted)
        return painted.error();
    std::vector<std::uint8_t> bytes;
    const cairo_status_t status = cairo_surface_write_to_png_stream(surface.get(), appendBytes, &bytes);
    if (status != CAIRO_STATUS_SUCCESS)
        return failed(cairo_status_to_string(status));
    return bytes;
}

Result<std::vector<std::uint8_t>> svgBytes(const Picture& picture)
{
    if (auto fits = checkSize(picture, 1); !fits)
        return fits.error();
    std::vector<std::uint8_t> bytes;
    {
        const Surface surface =
            owned(cairo_svg_surface_create_for_stream(appendBytes, &bytes, picture.width, picture.height));
        if (auto painted = paint(surface, picture, 1); !painted)
            return painted.error();
        cairo_surface_finish(surface.get());
        if (const cairo_status_t status = cairo_surface_status(surface.get()); status != CAIRO_STATUS_SUCCESS)
            return failed(cairo_status_to_string(status));
    }
    return bytes;
}

Status writePicture(const std::filesystem::path& path, const Picture& picture, Overwrite overwrite, double scale)
{
    const std::string ending = lowerCase(path.extension().string());
    if (ending != ".png" && ending != ".svg")
        return Error{ErrorKind::Usage, "picture.unknown-kind",
                     fmt::format("{}: pictures are written as .png or .svg; give the file one of these endings.",
                                 readablePath(path)),
                     {{"file", readablePath(path)}}};
    const auto bytes = ending == ".png" ? pngBytes(picture, scale) : svgBytes(picture);
    if (!bytes)
        return bytes.error();
    return writeFile(path, *bytes, overwrite);
}

} // namespace continuo
