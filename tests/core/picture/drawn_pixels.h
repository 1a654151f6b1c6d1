// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/picture/picture.h"

#include <cairo.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace continuo::test {

/// A PNG file read by cairo, to look at single pixels.
class DrawnPixels
{
public:
    explicit DrawnPixels(const std::vector<std::uint8_t>& png)
    {
        m_rest = {png.data(), png.size()};
        m_surface = cairo_image_surface_create_from_png_stream(&DrawnPixels::next, &m_rest);
    }
    DrawnPixels(const DrawnPixels&) = delete;
    DrawnPixels& operator=(const DrawnPixels&) = delete;
    ~DrawnPixels() { cairo_surface_destroy(m_surface); }

    bool isOpen() const { return cairo_surface_status(m_surface) == CAIRO_STATUS_SUCCESS; }
    int width() const { return cairo_image_surface_get_width(m_surface); }
    int height() const { return cairo_image_surface_get_height(m_surface); }
    Colour at(double x, double y) const
    {
        std::uint32_t pixel = 0;
        std::memcpy(&pixel,
                    cairo_image_surface_get_data(m_surface) +
                        static_cast<std::ptrdiff_t>(y) * cairo_image_surface_get_stride(m_surface) +
                        static_cast<std::ptrdiff_t>(x) * 4,
                    4);
        return {static_cast<std::uint8_t>(pixel >> 16), static_cast<std::uint8_t>(pixel >> 8),
                static_cast<std::uint8_t>(pixel)};
    }

private:
    struct Rest
    {
        const std::uint8_t* bytes = nullptr;
        std::size_t size = 0;
    };
    static cairo_status_t next(void* closure, unsigned char* into, unsigned int count)
    {
        auto& rest = *static_cast<Rest*>(closure);
        if (count > rest.size)
            return CAIRO_STATUS_READ_ERROR;
        std::memcpy(into, rest.bytes, count);
        rest.bytes += count;
        rest.size -= count;
        return CAIRO_STATUS_SUCCESS;
    }

    Rest m_rest{};
    cairo_surface_t* m_surface = nullptr;
};

/// All shapes of one kind, in the order of painting.
template <typename Kind>
std::vector<Kind> shapesOf(const Picture& picture)
{
    std::vector<Kind> found;
    for (const Shape& shape : picture.shapes)
        if (const auto* each = std::get_if<Kind>(&shape))
            found.push_back(*each);
    return found;
}

inline bool hasWords(const Picture& picture, std::string_view text)
{
    const auto words = shapesOf<Words>(picture);
    return std::any_of(words.begin(), words.end(), [text](const Words& each) { return each.text == text; });
}

} // namespace continuo::test
